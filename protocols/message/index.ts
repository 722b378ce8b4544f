export * from './message.pb.ts'
