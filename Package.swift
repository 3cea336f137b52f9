// swift-tools-version: 6.2
import PackageDescription

/// What every Swift target of this package is compiled with.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    // Overlapping accesses are found by the tests, which build without optimisation; finding them at run time costs a
    // table entry for every access to a class's property.
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

let package = Package(
    name: "gatewayd",
    products: [
        .executable(name: "gatewayd", targets: ["gatewayd"])
    ],
    targets: [
        .systemLibrary(name: "CLinux", path: "Sources/Core/System/CLinux"),
        .systemLibrary(
            name: "CSQLite",
            path: "Sources/Core/Store/CSQLite",
            pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"])]
        ),
        .systemLibrary(
            name: "COpenSSL",
            path: "Sources/Core/TLS/COpenSSL",
            pkgConfig: "openssl",
            providers: [.apt(["libssl-dev"])]
        ),
        .systemLibrary(
            name: "CYAML",
            path: "Sources/Core/Config/CYAML",
            pkgConfig: "yaml-0.1",
            providers: [.apt(["libyaml-dev"])]
        ),
        .target(
            name: "Core",
            dependencies: ["CLinux", "CSQLite", "COpenSSL", "CYAML"],
            exclude: ["System/CLinux", "Store/CSQLite", "TLS/COpenSSL", "Config/CYAML"],
            swiftSettings: settings
        ),
        .target(
            name: "Adapters",
            dependencies: ["Core"],
            exclude: [
                "README.md",
                "ChatModule/README.md",
                "LocalPro/README.md",
                "Rooms/README.md",
                "SupportZen/README.md",
                "SupportZenClient/README.md",
                "SupportZenLive/README.md",
            ],
            swiftSettings: settings
        ),
        .executableTarget(name: "gatewayd", dependencies: ["Core", "Adapters"], swiftSettings: settings),
        .executableTarget(
            name: "wire-conformance",
            dependencies: ["Core"],
            path: "Tests/WireConformance",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "json-benchmark",
            dependencies: ["Core"],
            path: "Tests/Benchmarks/JSONBenchmark",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "store-faults",
            dependencies: ["Core", "CSQLite"],
            path: "Tests/StoreFaults",
            swiftSettings: settings
        ),
        .testTarget(name: "CoreTests", dependencies: ["Core"], swiftSettings: settings),
        .testTarget(name: "AdaptersTests", dependencies: ["Core", "Adapters"], swiftSettings: settings),
        .testTarget(name: "GatewayTests", dependencies: ["Core", "Adapters", "gatewayd"], swiftSettings: settings),
    ]
)
