import CSQLite

/// A VFS that hands everything to the default one, but for the writes and syncs that are to fail.
///
/// A file of it is a header with the method table SQLite looks at, followed by the default VFS's own file.
enum FaultVFS {
    static let name = "faulty"
    private static let headerSize = 64

    // Made once, before any other thread exists, and never freed: SQLite keeps the pointers.
    nonisolated(unsafe) private static let original = sqlite3_vfs_find(nil)
    nonisolated(unsafe) private static let methods: UnsafeMutablePointer<sqlite3_io_methods> = {
        let table = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        table.initialize(to: makeMethods())
        return table
    }()
    nonisolated(unsafe) private static let vfs = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
    nonisolated(unsafe) private static let vfsName = name.utf8CString.withUnsafeBufferPointer { characters in
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: characters.count)
        for index in characters.indices { copy[index] = characters[index] }
        return UnsafePointer(copy)
    }

    static func install() -> Bool {
        guard let original else { return false }
        vfs.initialize(to: original.pointee)
        vfs.pointee.pNext = nil
        vfs.pointee.zName = vfsName
        vfs.pointee.szOsFile = original.pointee.szOsFile + Int32(headerSize)
        vfs.pointee.xOpen = { _, path, file, flags, outFlags in
            guard let file, let original = FaultVFS.original else { return SQLITE_CANTOPEN }
            file.pointee.pMethods = nil
            let real = FaultVFS.real(file)
            let code = original.pointee.xOpen(original, path, real, flags, outFlags)
            if real?.pointee.pMethods != nil { file.pointee.pMethods = UnsafePointer(FaultVFS.methods) }
            return code
        }
        return sqlite3_vfs_register(vfs, 0) == SQLITE_OK
    }

    private static func real(_ file: UnsafeMutablePointer<sqlite3_file>?) -> UnsafeMutablePointer<sqlite3_file>? {
        guard let file else { return nil }
        return (UnsafeMutableRawPointer(file) + headerSize).assumingMemoryBound(to: sqlite3_file.self)
    }

    private static func makeMethods() -> sqlite3_io_methods {
        var table = sqlite3_io_methods()
        // Version 2: shared memory, and no mapped reads, which would pass by these methods.
        table.iVersion = 2
        table.xClose = { file in
            let real = FaultVFS.real(file)
            return real?.pointee.pMethods?.pointee.xClose(real) ?? SQLITE_OK
        }
        table.xRead = { file, buffer, count, offset in
            let real = FaultVFS.real(file)
            return real?.pointee.pMethods.pointee.xRead(real, buffer, count, offset) ?? SQLITE_IOERR
        }
        table.xWrite = { file, buffer, count, offset in
            if FaultPlan.fails(.write, .fullDisk) { return FaultPlan.writeResult }
            let real = FaultVFS.real(file)
            return real?.pointee.pMethods.pointee.xWrite(real, buffer, count, offset) ?? SQLITE_IOERR
        }
        table.xTruncate = { file, size in
            if FaultPlan.fails(.write) { return FaultPlan.writeResult }
            let real = FaultVFS.real(file)
            return real?.pointee.pMethods.pointee.xTruncate(real, size) ?? SQLITE_IOERR
        }
        table.xSync = { file, flags in
            // SQLITE_IOERR_FSYNC, a macro that is not imported.
            if FaultPlan.fails(.sync) { return SQLITE_IOERR | (4 << 8) }
            let real = FaultVFS.real(file)
            return real?.pointee.pMethods.pointee.xSync(real, flags) ?? SQLITE_IOERR
        }
        table.xFileSize = { file, size in
            let real = FaultVFS.real(file)
            return real?.pointee.pMethods.pointee.xFileSize(real, size) ?? SQLITE_IOERR
        }
        table.xLock = { file, level in
            let real = FaultVFS.real(file)
            return real?.pointee.pMethods.pointee.xLock(real, level) ?? SQLITE_IOERR
        }
        table.xUnlock = { file, level in
            let real = FaultVFS.real(file)
            return real?.pointee.pMethods.pointee.xUnlock(real, level) ?? SQLITE_IOERR
        }
        table.xCheckReservedLock = { file, result in
            let real = FaultVFS.real(file)
            return real?.pointee.pMethods.pointee.xCheckReservedLock(real, result) ?? SQLITE_IOERR
        }
        table.xFileControl = { file, operation, argument in
            let real = FaultVFS.real(file)
            return real?.pointee.pMethods.pointee.xFileControl(real, operation, argument) ?? SQLITE_NOTFOUND
        }
        table.xSectorSize = { file in
            let real = FaultVFS.real(file)
            return real?.pointee.pMethods.pointee.xSectorSize(real) ?? 4096
        }
        table.xDeviceCharacteristics = { file in
            let real = FaultVFS.real(file)
            return real?.pointee.pMethods.pointee.xDeviceCharacteristics(real) ?? 0
        }
        table.xShmMap = { file, page, size, extends, place in
            let real = FaultVFS.real(file)
            return real?.pointee.pMethods.pointee.xShmMap(real, page, size, extends, place) ?? SQLITE_IOERR
        }
        table.xShmLock = { file, offset, count, flags in
            let real = FaultVFS.real(file)
            return real?.pointee.pMethods.pointee.xShmLock(real, offset, count, flags) ?? SQLITE_IOERR
        }
        table.xShmBarrier = { file in
            let real = FaultVFS.real(file)
            real?.pointee.pMethods.pointee.xShmBarrier(real)
        }
        table.xShmUnmap = { file, deletes in
            let real = FaultVFS.real(file)
            return real?.pointee.pMethods.pointee.xShmUnmap(real, deletes) ?? SQLITE_IOERR
        }
        return table
    }
}
