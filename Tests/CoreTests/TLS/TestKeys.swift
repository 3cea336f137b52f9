@testable import Core

/// Keys of published examples as PEM text, put together from their numbers.
enum TestKeys {
    /// RFC 7515, appendix A.3.
    static let p256PublicPEM = pem(
        "PUBLIC KEY",
        hex("3059301306072a8648ce3d020106082a8648ce3d03010703420004") + url(p256X) + url(p256Y)
    )
    static let p256PrivatePEM = pem(
        "PRIVATE KEY",
        hex("308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420")
            + url("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI") + hex("a14403420004") + url(p256X) + url(p256Y)
    )
    /// RFC 8037, appendix A.
    static let ed25519PublicPEM = pem(
        "PUBLIC KEY",
        hex("302a300506032b6570032100") + url("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
    )
    static let ed25519PrivatePEM = pem(
        "PRIVATE KEY",
        hex("302e020100300506032b657004220420") + url("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")
    )
    /// RFC 7515, appendix A.2.
    static let rsaPublicPEM = pem(
        "PUBLIC KEY",
        hex("30820122300d06092a864886f70d01010105000382010f003082010a0282010100")
            + url(
                "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SF"
                    + "d2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS"
                    + "-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8"
                    + "q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"
            ) + hex("0203010001")
    )
    /// RFC 7515, appendix A.1.
    static let secret = url("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow")

    private static let p256X = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
    private static let p256Y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"

    static func hex(_ digits: String) -> [UInt8] {
        Hex.decode(digits) ?? []
    }

    static func url(_ text: String) -> [UInt8] {
        Base64.decode(text, .url, padding: .forbidden) ?? []
    }

    static func pem(_ label: String, _ bytes: [UInt8]) -> [UInt8] {
        var lines = ["-----BEGIN \(label)-----"]
        var rest = Base64.encode(bytes)[...]
        while !rest.isEmpty {
            lines.append(String(rest.prefix(64)))
            rest = rest.dropFirst(64)
        }
        lines.append("-----END \(label)-----\n")
        return Array(lines.joined(separator: "\n").utf8)
    }
}
