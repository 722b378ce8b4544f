/** Preloaded by a test: makes a Node look older than Sotto needs. */
Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.0.0' } })
Object.defineProperty(process, 'execve', { value: undefined })
