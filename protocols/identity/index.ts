export * from './identity.pb.ts'
