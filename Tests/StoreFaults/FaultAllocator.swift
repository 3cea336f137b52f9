import CSQLite

/// SQLite's allocator with a fault in it. It must be put in place before the library is first used, which is why
/// these loops have a process of their own.
enum FaultAllocator {
    // Written once, before any other thread exists.
    nonisolated(unsafe) private static var original = sqlite3_mem_methods()

    static func install() -> Bool {
        guard csqlite_get_allocator(&original) == SQLITE_OK else { return false }
        var methods = original
        methods.xMalloc = { size in FaultPlan.fails(.allocation) ? nil : FaultAllocator.original.xMalloc(size) }
        methods.xRealloc = { memory, size in
            FaultPlan.fails(.allocation) ? nil : FaultAllocator.original.xRealloc(memory, size)
        }
        return csqlite_set_allocator(&methods) == SQLITE_OK
    }
}
