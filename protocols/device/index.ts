export * from './device.pb.ts'
