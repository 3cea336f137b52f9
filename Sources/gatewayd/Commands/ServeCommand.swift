import Core

/// `gatewayd serve`: the daemon.
enum ServeCommand {
    static let command = Command(
        "serve",
        summary: "Run the daemon.",
        details: """
            Prints one line 'ready http=HOST:PORT admin=HOST:PORT tenants=N' when it serves; port 0 picks a free one (that
            of --tls-listen is told in the log).
            SIGTERM and SIGINT drain and stop (a second one stops at once), SIGHUP reads the configuration and the
            TLS certificate again.
            """,
        flags: [
            CommonFlags.config,
            Flag("--listen", "HOST:PORT", default: "127.0.0.1:8080", "where tenants are served"),
            Flag("--admin", "HOST:PORT", default: "127.0.0.1:8081", "health, readiness and commands"),
            CommonFlags.data,
            Flag("--tls-listen", "HOST:PORT", "where tenants are served over TLS"),
            Flag("--tls-cert", "FILE", "certificate chain in PEM"),
            Flag("--tls-key", "FILE", "private key in PEM"),
            Flag("--lanes", "N", "threads for sockets (default: one a core, at least 2)"),
            CommonFlags.durability,
            Flag("--log", "json|text", "form of the log (default: text on a terminal)"),
            Flag("--log-level", "LEVEL", default: "info", "debug, info, warning or error"),
            Flag("--drain", "TIME", default: "10s", "how long SIGTERM waits for requests in work"),
            Flag("--header-timeout", "TIME", default: "10s", "for a whole request head"),
            Flag("--body-timeout", "TIME", default: "30s", "between two pieces of a body"),
            Flag("--idle-timeout", "TIME", default: "75s", "between two requests of a connection"),
            Flag("--write-timeout", "TIME", default: "30s", "for output to make any progress"),
            Flag("--allow-default-secrets", help: "serve secrets that are still their defaults on any address"),
        ]
    ) { arguments in
        try SignalWaiter.blockSignals()
        return try Daemon(arguments).run()
    }
}
