/// The connections of a lane: how they come, what they are watched for, how they leave.
extension Lane {
    /// Takes a new connection, unless its address has enough.
    func open(_ descriptor: consuming FileDescriptor, _ peer: PeerAddress, _ listener: Listener) {
        do {
            try Sockets.setNoDelay(descriptor)
        } catch {
            // The peer is gone already; reading will tell.
        }
        guard connectionsPerAddress.enter(peer) else { return }
        let token = connections.reserve()
        let connection = Connection(token: token, descriptor: descriptor, peer: peer, listener: listener, lane: self)
        connections.insert(connection)
        watch(connection)
        connection.opened()
    }

    /// Takes a connection that comes from another lane.
    func adopt(_ handed: HandedConnection) {
        guard let descriptor = handed.takeDescriptor() else { return }
        let token = connections.reserve()
        let connection = Connection(token: token, descriptor: descriptor, handed: handed, lane: self)
        connections.insert(connection)
        watch(connection)
        connection.adopted(handed)
    }

    private func watch(_ connection: Connection) {
        do {
            try epoll.add(connection.descriptor, token: connection.token, connection.interest)
        } catch {
            log.error("a connection could not be watched", .error(error))
            connection.close()
        }
    }

    /// Changes what a connection is watched for.
    func rewatch(_ connection: Connection) {
        do {
            try epoll.modify(connection.descriptor, token: connection.token, connection.interest)
        } catch {
            log.error("a connection could not be watched", .error(error))
        }
    }

    /// Stops watching a connection that moves to another lane.
    func unwatch(_ connection: Connection) {
        do { try epoll.remove(connection.descriptor) } catch { log.error("epoll failed", .error(error)) }
        connections.remove(connection.token)
        checkDrained()
    }

    /// Forgets a closed connection; its descriptor is closed with it.
    func closed(_ connection: Connection) {
        connectionsPerAddress.leave(connection.peer)
        connections.remove(connection.token)
        checkDrained()
    }

    /// Unique over all lanes of the process.
    func nextSocketID() -> UInt64 {
        socketsOpened += 1
        return socketsOpened << 8 | UInt64(handle.index)
    }

    /// An open connection of this lane.
    func connection(_ token: UInt64) -> Connection? { connections[token] }
}
