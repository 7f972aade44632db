import { z } from "zod";
import * as p from "../shared/primitives";

/** Interface names of Linux: dev_valid_name of net/core/dev.c, IFNAMSIZ without the terminating null byte. */
const interfaceName = p.text(
    /^(?!\.{1,2}$)[^\s/:\p{Cc}]{1,15}$/u,
    "the name of a network interface, at most 15 characters",
);

/** The MAPE-K loop: monitor, analyze, plan, execute. Defaults are those of the replaced `mape_k_config.yaml`. */
export const mapeK = z
    .strictObject({
        monitor: z
            .strictObject({
                interval: p.positiveSeconds.default(5).describe("Interval between observations (s)"),
                timeout: p.positiveSeconds.default(30).describe("Timeout of an observation (s)"),
            })
            .prefault({}),
        analyzer: z
            .strictObject({
                rulesEngine: p.line.default("rete").describe("Rule engine of the analyzer"),
                cacheEnabled: z.boolean().default(true).describe("Cache the analyzer's results"),
            })
            .prefault({}),
        planner: z
            .strictObject({
                optimization: p.line.default("greedy").describe("Planning strategy"),
            })
            .prefault({}),
        executor: z
            .strictObject({
                maxParallel: p.count.default(3).describe("Maximum number of concurrent actions"),
                retryCount: z.int().min(0).max(100).default(3).describe("Retries of a failed action"),
            })
            .prefault({}),
    })
    .prefault({});

/** Zero-trust features, rendered to `config.yaml` and environment switches as the replaced chart did. */
export const zeroTrust = z
    .strictObject({
        enabled: z.boolean().default(true).describe("Master switch of the zero-trust features (ZERO_TRUST_ENABLED)"),
        zkp: z
            .strictObject({
                enabled: z.boolean().default(true).describe("Zero-knowledge authentication (ZKP_ENABLED)"),
                algorithm: p.line.default("schnorr").describe("Proof algorithm"),
                challengeTimeoutSeconds: p.positiveSeconds.default(300).describe("Lifetime of a challenge (s)"),
            })
            .prefault({}),
        postQuantum: z
            .strictObject({
                enabled: z.boolean().default(true).describe("Post-quantum cryptography (POST_QUANTUM_ENABLED)"),
                algorithm: p.line.default("ntru-hybrid").describe("Key exchange algorithm"),
                keyRotationDays: p.count.default(30).describe("Key rotation interval (days)"),
            })
            .prefault({}),
        deviceAttestation: z
            .strictObject({
                enabled: z.boolean().default(true).describe("Device attestation"),
                privacyPreserving: z.boolean().default(true).describe("Attest without revealing the device"),
                tpmRequired: z.boolean().default(false).describe("Reject devices without a TPM"),
            })
            .prefault({}),
        did: z
            .strictObject({
                enabled: z.boolean().default(true).describe("Decentralized identifiers (DID_ENABLED)"),
                method: p.line.default("mesh").describe("DID method"),
                credentialExpireDays: p.count.default(365).describe("Lifetime of a credential (days)"),
            })
            .prefault({}),
        policyEngine: z
            .strictObject({
                enabled: z.boolean().default(true).describe("Attribute-based access control"),
                defaultEffect: z.enum(["deny", "allow"]).default("deny").describe("Decision when no policy matches"),
                cacheEnabled: z.boolean().default(true).describe("Cache decisions"),
                cacheTTL: p.seconds.default(60).describe("Lifetime of a cached decision (s)"),
            })
            .prefault({}),
        continuousVerification: z
            .strictObject({
                enabled: z
                    .boolean()
                    .default(true)
                    .describe("Verify peers continuously (CONTINUOUS_VERIFICATION_ENABLED)"),
                baseIntervalSeconds: p.positiveSeconds.default(60).describe("Minimum interval between checks (s)"),
                maxIntervalSeconds: p.positiveSeconds.default(300).describe("Maximum interval between checks (s)"),
                riskThreshold: z
                    .number()
                    .min(0)
                    .max(1)
                    .default(0.7)
                    .describe("Risk score above which a peer is rejected"),
            })
            .prefault({}),
        autoIsolation: z
            .strictObject({
                enabled: z.boolean().default(true).describe("Isolate failing peers automatically"),
                circuitBreakerThreshold: p.count
                    .default(5)
                    .describe("Number of failures that open the circuit breaker"),
                recoveryTimeoutSeconds: p.positiveSeconds
                    .default(300)
                    .describe("Time before an isolated peer is retried (s)"),
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
                    .describe("Reputation below which a peer is disconnected"),
                shareIndicators: z.boolean().default(true).describe("Share own indicators with peers"),
            })
            .prefault({}),
    })
    .prefault({});

/** Mesh networking below the app. */
export const networking = z
    .strictObject({
        batmanAdv: z
            .strictObject({
                enabled: z.boolean().default(true).describe("Use B.A.T.M.A.N. advanced where the node supports it"),
                interface: interfaceName.default("bat0").describe("Name of the interface"),
                hopPenalty: z.int().min(0).max(255).default(15).describe("Penalty per hop"),
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
            .describe("Preferred transport (OBFUSCATION_TRANSPORT)"),
        faketls: z
            .strictObject({
                enabled: z.boolean().default(true).describe("Disguise traffic as TLS"),
                sni: p.dnsName.default("www.example.com").describe("Server name (SNI) to present"),
            })
            .prefault({}),
        shadowsocks: z
            .strictObject({
                enabled: z.boolean().default(true).describe("Use Shadowsocks"),
                cipher: p.line.default("chacha20-ietf-poly1305").describe("Cipher"),
            })
            .prefault({}),
        domainFronting: z
            .strictObject({ enabled: z.boolean().default(false).describe("Use domain fronting") })
            .prefault({}),
    })
    .prefault({});

/** Governance by voting; off by default. */
export const dao = z
    .strictObject({
        enabled: z.boolean().default(false).describe("Enable governance by voting"),
        quorumPercent: p.percent.default(51).describe("Quorum, in percent of the votes"),
        votingPeriodHours: p.count.default(72).describe("Voting period (h)"),
        proposalThreshold: p.count.default(100).describe("Tokens required for a proposal"),
    })
    .prefault({});
