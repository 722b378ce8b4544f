export * from './envelope.pb.ts'
