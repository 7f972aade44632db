import { z } from "zod";
import * as p from "../shared/primitives";

/** The MAPE-K loop: monitor, analyse, plan, execute. Defaults are those of the replaced `mape_k_config.yaml`. */
export const mapeK = z
    .strictObject({
        monitor: z
            .strictObject({
                interval: p.positiveSeconds.default(5).describe("Time between two observations (s)"),
                timeout: p.positiveSeconds.default(30).describe("Time for one observation (s)"),
            })
            .prefault({}),
        analyzer: z
            .strictObject({
                rulesEngine: z.string().min(1).default("rete").describe("Rule engine of the analyser"),
                cacheEnabled: z.boolean().default(true).describe("Cache the analyser's results"),
            })
            .prefault({}),
        planner: z
            .strictObject({
                optimization: z.string().min(1).default("greedy").describe("Planning strategy"),
            })
            .prefault({}),
        executor: z
            .strictObject({
                maxParallel: p.count.default(3).describe("Actions that run at the same time"),
                retryCount: z.int().min(0).max(100).default(3).describe("Retries of a failed action"),
            })
            .prefault({}),
    })
    .prefault({});

/** Zero-trust features, rendered to `config.yaml` and environment switches as the replaced chart did. */
export const zeroTrust = z
    .strictObject({
        enabled: z.boolean().default(true).describe("Zero trust as a whole (ZERO_TRUST_ENABLED)"),
        zkp: z
            .strictObject({
                enabled: z.boolean().default(true).describe("Zero-knowledge authentication (ZKP_ENABLED)"),
                algorithm: z.string().min(1).default("schnorr").describe("Proof algorithm"),
                challengeTimeoutSeconds: p.positiveSeconds.default(300).describe("Life of a challenge (s)"),
            })
            .prefault({}),
        postQuantum: z
            .strictObject({
                enabled: z.boolean().default(true).describe("Post-quantum cryptography (POST_QUANTUM_ENABLED)"),
                algorithm: z.string().min(1).default("ntru-hybrid").describe("Key exchange algorithm"),
                keyRotationDays: p.count.default(30).describe("Age at which keys are rotated (days)"),
            })
            .prefault({}),
        deviceAttestation: z
            .strictObject({
                enabled: z.boolean().default(true).describe("Device attestation"),
                privacyPreserving: z.boolean().default(true).describe("Attest without revealing the device"),
                tpmRequired: z.boolean().default(false).describe("Refuse devices without a TPM"),
            })
            .prefault({}),
        did: z
            .strictObject({
                enabled: z.boolean().default(true).describe("Decentralised identifiers (DID_ENABLED)"),
                method: z.string().min(1).default("mesh").describe("DID method"),
                credentialExpireDays: p.count.default(365).describe("Life of a credential (days)"),
            })
            .prefault({}),
        policyEngine: z
            .strictObject({
                enabled: z.boolean().default(true).describe("Attribute-based access control"),
                defaultEffect: z.enum(["deny", "allow"]).default("deny").describe("Answer when no policy matches"),
                cacheEnabled: z.boolean().default(true).describe("Cache decisions"),
                cacheTTL: p.seconds.default(60).describe("Life of a cached decision (s)"),
            })
            .prefault({}),
        continuousVerification: z
            .strictObject({
                enabled: z
                    .boolean()
                    .default(true)
                    .describe("Verify peers again and again (CONTINUOUS_VERIFICATION_ENABLED)"),
                baseIntervalSeconds: p.positiveSeconds.default(60).describe("Shortest time between checks (s)"),
                maxIntervalSeconds: p.positiveSeconds.default(300).describe("Longest time between checks (s)"),
                riskThreshold: z.number().min(0).max(1).default(0.7).describe("Risk above which a peer is refused"),
            })
            .prefault({}),
        autoIsolation: z
            .strictObject({
                enabled: z.boolean().default(true).describe("Isolate failing peers"),
                circuitBreakerThreshold: p.count.default(5).describe("Failures that open the circuit breaker"),
                recoveryTimeoutSeconds: p.positiveSeconds.default(300).describe("Time until it is tried again (s)"),
            })
            .prefault({}),
        threatIntelligence: z
            .strictObject({
                enabled: z.boolean().default(true).describe("Share and use threat indicators"),
                bloomFilterSize: z
                    .int()
                    .min(1)
                    .max(100_000_000)
                    .default(10_000)
                    .describe("Bloom filter size (entries)"),
                reputationThreshold: z
                    .number()
                    .min(0)
                    .max(1)
                    .default(0.1)
                    .describe("Reputation below which peers are cut"),
                shareIndicators: z.boolean().default(true).describe("Send own indicators to peers"),
            })
            .prefault({}),
    })
    .prefault({});

/** Mesh networking below the app. */
export const networking = z
    .strictObject({
        batmanAdv: z
            .strictObject({
                enabled: z.boolean().default(true).describe("Use B.A.T.M.A.N. advanced where the node has it"),
                interface: z.string().min(1).max(15).default("bat0").describe("Name of the interface"),
                hopPenalty: z.int().min(0).max(255).default(15).describe("Penalty for each hop"),
            })
            .prefault({}),
    })
    .prefault({});

/** Traffic obfuscation against censorship; off by default, as in the replaced staging values. */
export const obfuscation = z
    .strictObject({
        enabled: z.boolean().default(false).describe("Obfuscate mesh traffic (OBFUSCATION_ENABLED)"),
        defaultTransport: z
            .enum(["faketls", "shadowsocks", "domainFronting"])
            .default("faketls")
            .describe("Transport that is tried first (OBFUSCATION_TRANSPORT)"),
        faketls: z
            .strictObject({
                enabled: z.boolean().default(true).describe("Look like TLS"),
                sni: p.dnsName.default("www.example.com").describe("Server name to show"),
            })
            .prefault({}),
        shadowsocks: z
            .strictObject({
                enabled: z.boolean().default(true).describe("Use Shadowsocks"),
                cipher: z.string().min(1).default("chacha20-ietf-poly1305").describe("Cipher"),
            })
            .prefault({}),
        domainFronting: z
            .strictObject({ enabled: z.boolean().default(false).describe("Use domain fronting") })
            .prefault({}),
    })
    .prefault({});

/** Governance by votes; off by default. */
export const dao = z
    .strictObject({
        enabled: z.boolean().default(false).describe("Governance by votes"),
        quorumPercent: p.percent.default(51).describe("Votes that make a quorum (%)"),
        votingPeriodHours: p.count.default(72).describe("Length of a vote (h)"),
        proposalThreshold: p.count.default(100).describe("Tokens needed for a proposal"),
    })
    .prefault({});
