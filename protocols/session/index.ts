export * from './session.pb.ts'
