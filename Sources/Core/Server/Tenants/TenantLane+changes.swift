/// What happens to a tenant while it lives: a new configuration, the end.
extension TenantLane {
    /// Takes a new configuration. Sockets stay where nothing that concerns them has changed; the others are told to
    /// come back (1012).
    func adopt(_ next: TenantSnapshot) {
        let before = configuration
        snapshot = next
        let agents = before.agents.changed(to: next.configuration.agents)
        for entry in Array(sockets.values)
        where Self.concerns(entry.dialect, before, next.configuration)
            || !agents.isEmpty && entry.socket.agentID.map(agents.contains) ?? false
        {
            entry.socket.close(code: WebSocketCloseCode.serviceRestart, reason: "configuration changed")
        }
    }

    private static func concerns(_ dialect: DialectName, _ old: TenantConfiguration, _ new: TenantConfiguration) -> Bool
    {
        guard let before = old.dialect(dialect), let after = new.dialect(dialect) else { return true }
        return before.auth != after.auth || before.hosts != after.hosts || before.mount != after.mount
            || before.options != after.options || before.mode != after.mode
            || old.hosts != new.hosts || old.pathPrefix != new.pathPrefix
    }

    /// Ends what an agent has open, since one of its tokens was revoked: which one opened what is not known, and those
    /// that hold can come back.
    func closeSessions(of agent: String) {
        for entry in Array(sockets.values) where entry.socket.agentID?.isExactly(agent) ?? false {
            entry.socket.close(code: 4401, reason: "Token revoked")
        }
        for state in dialectStates.values { (state as? any AgentSessions)?.closeSessions(of: agent) }
    }

    /// Takes no new operations and closes all sockets. What is queued already is still answered.
    func beginClosing(code: UInt16, reason: String) {
        isClosing = true
        for entry in Array(sockets.values) { entry.socket.close(code: code, reason: reason) }
        submitQueued()
    }
}
