export * from './mailbox.pb.ts'
