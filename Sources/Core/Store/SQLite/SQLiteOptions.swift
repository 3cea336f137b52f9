/// How a tenant's database is opened.
package struct SQLiteOptions: Sendable {
    /// What an acknowledged write has survived.
    package enum Durability: Sendable {
        /// On disk: synced with each commit.
        case full
        /// In the operating system: the last moments may be lost when the machine loses power.
        case normal
    }

    package var durability: Durability
    /// Upper bounds of page memory per connection; it is taken only as it is needed.
    package var readerCacheKiB: Int
    package var writerCacheKiB: Int
    /// How long a statement waits for another connection's lock. Only opening and recovery hold locks that matter.
    package var busyMilliseconds: Int32
    /// The VFS to go through; nil for the default.
    package var vfs: String?

    package init(
        durability: Durability = .full,
        readerCacheKiB: Int = 1024,
        writerCacheKiB: Int = 8192,
        busyMilliseconds: Int32 = 1000,
        vfs: String? = nil
    ) {
        self.durability = durability
        self.readerCacheKiB = readerCacheKiB
        self.writerCacheKiB = writerCacheKiB
        self.busyMilliseconds = busyMilliseconds
        self.vfs = vfs
    }
}
