export * from './introduction.pb.ts'
