/// Flags that several commands share.
enum CommonFlags {
    static let config = Flag("--config", "FOLDER", default: ".", "where plugins.yaml and tenants/ are")
    static let data = Flag("--data", "FOLDER", default: "./data", "where each tenant's folder is")
    static let tenant = Flag("--tenant", "ID", "the tenant")
    static let durability = Flag(
        "--durability",
        "full|normal",
        default: "full",
        "full: an acknowledged write is on disk; normal: it may be lost with the machine's power"
    )
}
