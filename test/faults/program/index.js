"use strict";

const { createHash } = require("node:crypto");
const { join } = require("node:path");
const kubernetes = require("@pulumi/kubernetes");
const pulumi = require("@pulumi/pulumi");
const random = require("@pulumi/random");

const config = new pulumi.Config("x0tta6bl4");
const { context, kubeconfig } = config.requireObject("cluster");
const level = config.require("level");

const provider = new kubernetes.Provider("cluster", { context, kubeconfig });
const options = { provider };
const labels = { "app.kubernetes.io/managed-by": "pulumi", environment: "staging" };
const skipAwait = { "pulumi.com/skipAwait": "true" };

const key = new random.RandomPassword("key", { length: 32, special: false });

const rules = [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }];
const role = new kubernetes.rbac.v1.ClusterRole("role", { metadata: { name: "faults", labels }, rules }, options);

const namespace = new kubernetes.core.v1.Namespace("namespace", { metadata: { name: "faults", labels } }, options);
const metadata = (name, annotations) => ({ name, namespace: namespace.metadata.name, labels, annotations });

const quota = new kubernetes.core.v1.ResourceQuota(
    "quota",
    { metadata: metadata("pods"), spec: { hard: { pods: "20" } } },
    options,
);
const deny = new kubernetes.networking.v1.NetworkPolicy(
    "deny",
    { metadata: metadata("default-deny"), spec: { podSelector: {}, policyTypes: ["Ingress"] } },
    options,
);
const account = new kubernetes.core.v1.ServiceAccount("account", { metadata: metadata("app") }, options);
const settings = new kubernetes.core.v1.ConfigMap("settings", { metadata: metadata("app"), data: { level } }, options);
// Each level creates an object and deletes that of the level before.
new kubernetes.core.v1.ConfigMap(`level-${level}`, { metadata: metadata(`level-${level}`), data: { level } }, options);
const keys = new kubernetes.core.v1.Secret(
    "keys",
    { metadata: metadata("keys"), stringData: { key: key.result } },
    options,
);
const claim = new kubernetes.core.v1.PersistentVolumeClaim(
    "claim",
    {
        metadata: metadata("data", skipAwait),
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    },
    options,
);
const selector = { app: "faults" };
const checksum = createHash("sha256").update(level).digest("hex");
const app = new kubernetes.apps.v1.Deployment(
    "app",
    {
        metadata: metadata("app"),
        spec: {
            replicas: 1,
            selector: { matchLabels: selector },
            template: {
                metadata: { labels: selector, annotations: { checksum } },
                spec: { serviceAccountName: "app", containers: [{ name: "app", image: "registry.invalid/app:1" }] },
            },
        },
    },
    { ...options, dependsOn: [quota, deny, account, settings, keys, claim, role] },
);
new kubernetes.core.v1.Service(
    "service",
    { metadata: metadata("app", skipAwait), spec: { selector, ports: [{ port: 80 }] } },
    { ...options, dependsOn: [app] },
);
new kubernetes.helm.v3.Release(
    "chart",
    {
        name: "faults",
        namespace: namespace.metadata.name,
        chart: join(__dirname, "chart"),
        timeout: 60,
        values: { level },
    },
    { ...options, dependsOn: [quota] },
);
