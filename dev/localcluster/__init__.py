"""A cluster of plain processes on this machine: ZooKeeper, a Spark master, workers, Flight SQL servers."""
