import type { Overrides } from "./program";

/** A valid `image.digest`. */
export const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;

/** Values that differ from the default for every feature setting. */
export const FEATURES = {
    zeroTrust: {
        enabled: false,
        zkp: { enabled: false, algorithm: "pedersen", challengeTimeoutSeconds: 301 },
        postQuantum: { enabled: false, algorithm: "kyber", keyRotationDays: 31 },
        deviceAttestation: { enabled: false, privacyPreserving: false, tpmRequired: true },
        did: { enabled: false, method: "web", credentialExpireDays: 366 },
        policyEngine: { enabled: false, defaultEffect: "allow", cacheEnabled: false, cacheTTL: 61 },
        continuousVerification: {
            enabled: false,
            baseIntervalSeconds: 61,
            maxIntervalSeconds: 301,
            riskThreshold: 0.8,
        },
        autoIsolation: { enabled: false, circuitBreakerThreshold: 6, recoveryTimeoutSeconds: 301 },
        threatIntelligence: {
            enabled: false,
            bloomFilterSize: 10_001,
            reputationThreshold: 0.2,
            shareIndicators: false,
        },
    },
    networking: { batmanAdv: { enabled: false, interface: "bat1", hopPenalty: 16 } },
    obfuscation: {
        enabled: true,
        defaultTransport: "shadowsocks",
        faketls: { enabled: false, sni: "mesh.example.org" },
        shadowsocks: { enabled: false, cipher: "aes-256-gcm" },
        domainFronting: { enabled: true },
    },
    dao: { enabled: true, quorumPercent: 52, votingPeriodHours: 73, proposalThreshold: 101 },
} as const;

/** Values that differ from the default for every MAPE-K setting. */
export const MAPE_K = {
    monitor: { interval: 6, timeout: 31 },
    analyzer: { rulesEngine: "drools", cacheEnabled: false },
    planner: { optimization: "optimal" },
    executor: { maxParallel: 4, retryCount: 2 },
} as const;

/** Every optional part of the mesh turned on, every plain value changed. */
export const EVERYTHING_ON: Overrides = {
    mesh: {
        namespace: "mesh-of-mine",
        podSecurity: { version: "v1.30" },
        image: {
            repository: "registry.example.com/team/mesh",
            tag: "9.9.9",
            digest: DIGEST,
            pullPolicy: "Always",
            pullSecrets: ["first", "second"],
        },
        logLevel: "ERROR",
        profiling: true,
        ports: { http: 8100, metrics: 9100, mesh: 7100 },
        metrics: { path: "/prometheus" },
        resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "2", memory: "3Gi" } },
        probes: {
            liveness: {
                path: "/live",
                initialDelaySeconds: 1,
                periodSeconds: 2,
                timeoutSeconds: 3,
                failureThreshold: 4,
            },
            readiness: {
                path: "/ready",
                initialDelaySeconds: 5,
                periodSeconds: 6,
                timeoutSeconds: 7,
                failureThreshold: 8,
            },
            startup: {
                path: "/started",
                initialDelaySeconds: 4,
                periodSeconds: 3,
                timeoutSeconds: 2,
                failureThreshold: 100,
            },
        },
        minReadySeconds: 7,
        progressDeadlineSeconds: 900,
        terminationGracePeriodSeconds: 60,
        preStopSleepSeconds: 11,
        autoscaling: { enabled: true, minReplicas: 4, maxReplicas: 7, targetCpuPercent: 61, targetMemoryPercent: 62 },
        disruptionBudget: { minAvailable: 2, unhealthyPodEvictionPolicy: "AlwaysAllow" },
        data: { type: "ephemeral", size: "1Gi", storageClass: "fast" },
        writablePaths: [{ path: "/var/cache/App_Files", sizeLimit: "1Mi" }, { path: "/tmp" }],
        spireSocket: { path: "/run/other" },
        serviceAccount: { mountToken: true, annotations: { "example.com/role": "mesh" } },
        secret: { rotation: "2" },
        service: { headless: true, annotations: { "example.com/pool": "blue" } },
        env: { EXTRA: "1" },
        networkPolicy: {
            httpFromNamespaces: ["gateway"],
            httpFromPods: [{ namespace: "edge", podLabels: { app: "proxy" } }],
            spireServer: true,
            metricsFromNamespace: "observability",
            dnsNamespace: "dns",
            dnsCidrs: ["169.254.20.10/32"],
            apiServerCidrs: ["10.96.0.1/32", "192.0.2.1/32"],
            egress: [
                { name: "db", namespace: "data", podLabels: { app: "db" }, ports: [{ port: 5432 }] },
                { name: "all-of-tools", namespace: "tools", ports: [{ port: 53, protocol: "UDP" }, { port: 443 }] },
                { name: "own", podLabels: { app: "cache" }, ports: [{ port: 6379 }] },
                { name: "web", cidr: "0.0.0.0/0", except: ["10.0.0.0/8"], ports: [{ port: 443 }] },
                { name: "lan", cidr: "10.0.0.0/8", ports: [{ port: 3478, protocol: "UDP" }] },
            ],
        },
        mapeK: MAPE_K,
        ...FEATURES,
    },
    spire: {
        trustDomain: "example.org",
        serverNamespace: "spire-server-ns",
        serverPort: 8443,
        networkPolicy: { metricsFromNamespace: "observability" },
    },
    monitoring: { namespace: "observability" },
};

/** Every optional part of the mesh turned off. */
export const EVERYTHING_OFF: Overrides = {
    mesh: {
        metrics: { enabled: false },
        probes: { startup: { enabled: false } },
        preStopSleepSeconds: 0,
        scheduling: { antiAffinity: "none" },
        disruptionBudget: { enabled: false },
        data: { type: "emptyDir", size: "1Gi" },
        writablePaths: [],
        spireSocket: { type: "none" },
        secret: { existingName: "keys-of-mine" },
        networkPolicy: { enabled: false },
    },
};

/** Settings that together use every option; invariants are tested with all of them. */
export const VARIANTS: Readonly<Record<string, Overrides>> = {
    "its file alone": {},
    "everything on": EVERYTHING_ON,
    "everything off": EVERYTHING_OFF,
    eBPF: { mesh: { ebpf: { enabled: true } } },
    "a hostPath socket": { mesh: { spireSocket: { type: "hostPath" } } },
    "an existing claim": {
        mesh: { data: { type: "existingClaim", claimName: "shared", accessMode: "ReadWriteMany" } },
    },
    "metrics on the http port": { mesh: { ports: { metrics: 8000 } } },
    "required anti-affinity": { mesh: { scheduling: { antiAffinity: "required" } } },
};
