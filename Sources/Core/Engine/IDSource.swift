/// Where new ids come from; injected, so that tests can tell them beforehand.
package protocol IDSource: AnyObject {
    /// A new random id, never given before.
    func next() -> EntityID
}

/// Ids from a source of randomness.
package final class RandomIDSource: IDSource {
    private let random: any RandomSource

    package init(_ random: any RandomSource) {
        self.random = random
    }

    package func next() -> EntityID {
        EntityID(high: random.nextUInt64(), low: random.nextUInt64())
    }
}
