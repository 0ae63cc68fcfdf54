"""PM2xx: infrastructure, storage, work pools, queues and agents."""
