import Core
import Testing

@Suite struct AddressTests {
    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1", true), ("0.0.0.0", "0.0.0.0", true), ("255.255.255.255", "255.255.255.255", true),
        ("::ffff:192.0.2.1", "192.0.2.1", true), ("::FFFF:c000:0201", "192.0.2.1", true),
        ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1", false), ("[2001:db8::1]", "2001:db8::1", false),
        ("::", "::", false), ("::1", "::1", false),
    ])
    func readsAndWrites(text: String, canonical: String, isIPv4: Bool) throws {
        let address = try #require(PeerAddress(text))
        #expect(address.description == canonical)
        #expect(address.isIPv4 == isIPv4)
        #expect(PeerAddress(canonical) == address)
        #expect(MemoryLayout<PeerAddress>.size == 16)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", " 1.2.3.4", "1.2.3.4\0", "1.2.3.4\0x", "::1%lo", "[::1",
        "::1]",
        "[]", "[1.2.3.4]", "1.2.3.4:80", "g::1", "1::2::3", "localhost", String(repeating: "1", count: 10_000),
    ])
    func refuses(text: String) {
        #expect(PeerAddress(text) == nil)
    }

    @Test func countsAnIPv6CustomerOnce() throws {
        let first = try #require(PeerAddress("2001:db8:1:2:aaaa::1"))
        let second = try #require(PeerAddress("2001:db8:1:2:bbbb::2"))
        let other = try #require(PeerAddress("2001:db8:1:3::1"))
        #expect(first.ipv6Prefix64 == second.ipv6Prefix64)
        #expect(first.ipv6Prefix64 != other.ipv6Prefix64)
        #expect(first.ipv6Prefix64.description == "2001:db8:1:2::")
        let ipv4 = try #require(PeerAddress("192.0.2.1"))
        #expect(ipv4.ipv6Prefix64 == ipv4)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("10.9.9.9/8", "10.0.0.1", true),
        ("127.0.0.1/32", "127.0.0.1", true), ("127.0.0.1", "127.0.0.2", false), ("0.0.0.0/0", "8.8.8.8", true),
        ("0.0.0.0/0", "2001:db8::1", false), ("::/0", "2001:db8::1", true), ("2001:db8::/32", "2001:db8:ffff::1", true),
        ("2001:db8::/32", "2001:db9::1", false), ("2001:db8::8/125", "2001:db8::f", true),
        ("2001:db8::8/125", "2001:db8::10", false), ("fe80::/64", "fe80::1", true),
        ("fe80::/65", "fe80::8000:0:0:1", false),
        ("10.0.0.0/8", "::ffff:10.1.1.1", true), ("::/0", "10.0.0.1", false),
    ])
    func blocks(block: String, address: String, isInside: Bool) throws {
        let network = try #require(AddressBlock(block))
        #expect(network.contains(try #require(PeerAddress(address))) == isInside)
    }

    @Test(arguments: [
        ("10.1.2.3/8", "10.0.0.0/8"), ("::1", "::1/128"), ("192.0.2.1", "192.0.2.1/32"), ("::/0", "::/0"),
    ])
    func blockText(text: String, canonical: String) throws {
        #expect(try #require(AddressBlock(text)).description == canonical)
    }

    @Test(arguments: [
        "", "/8", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/+8", "10.0.0.0/-1", "10.0.0.0/8/8", "x/8",
    ])
    func refusesBlocks(text: String) {
        #expect(AddressBlock(text) == nil)
    }

    @Test(arguments: [
        ("8.8.8.8", true), ("2606:4700::1111", true), ("172.32.0.1", true),
        ("192.0.0.8", false), ("192.0.2.1", false), ("192.88.99.1", false), ("198.18.0.1", false),
        ("198.51.100.1", false),
        ("203.0.113.9", false), ("240.0.0.1", false), ("64:ff9b:1::1", false), ("100::1", false), ("2001::1", false),
        ("2001:db8::1", false), ("3fff::1", false), ("fc00::1", false), ("fec0::1", false),
        ("127.0.0.1", false), ("10.0.0.1", false), ("172.16.0.1", false), ("192.168.1.1", false),
        ("169.254.169.254", false),
        ("100.64.0.1", false), ("0.0.0.0", false), ("224.0.0.1", false), ("255.255.255.255", false), ("::", false),
        ("::1", false), ("fd00::1", false), ("fe80::1", false), ("ff02::1", false), ("::ffff:127.0.0.1", false),
        ("64:ff9b::7f00:1", false), ("2002:7f00:1::", false), ("::7f00:1", false),
    ])
    func knowsThePublicInternet(text: String, isPublic: Bool) throws {
        #expect(try #require(PeerAddress(text)).isPublic == isPublic)
    }

    @Test func socketAddressText() {
        #expect(SocketAddress(.loopbackIPv4, port: 80).description == "127.0.0.1:80")
        #expect(SocketAddress(.loopbackIPv6, port: 80).description == "[::1]:80")
    }
}
