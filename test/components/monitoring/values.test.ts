import assert from "node:assert/strict";
import { at, only, type Overrides, type ProgramRun } from "../../support/program";
import { prometheusValues } from "../../../components/monitoring/values/prometheus";
import { parseSettings } from "../../../settings";
import { programRun } from "../../support/mesh";
import { SPIRE_CHOICES } from "../../support/spireChoices";

const REPOSITORY = { type: "repository", checkReachable: false };

/** Resources of staging, with monitoring settings merged into its stack file. */
function monitoringRun(monitoring: Overrides = {}, stack = "staging"): Promise<ProgramRun> {
    return programRun(stack, { monitoring });
}

/** A value of the chart. */
async function value(monitoring: Overrides, stack: string, ...path: (string | number)[]): Promise<unknown> {
    return at(only(await monitoringRun(monitoring, stack), "Release").inputs, "values", ...path);
}

/** Every value below one, with its path. */
function leaves(node: unknown, path = ""): [string, unknown][] {
    return typeof node === "object" && node !== null
        ? Object.entries(node).flatMap(([key, child]) => leaves(child, `${path}.${key}`))
        : [[path, node]];
}

describe("The release of monitoring", () => {
    it("has its fixed name and namespace, time enough, a bounded history and its hooks", async () => {
        const { inputs } = only(await monitoringRun(), "Release");
        assert.equal(inputs.name, "prometheus");
        assert.equal(inputs.namespace, "monitoring");
        assert.equal(inputs.timeout, 900);
        assert.equal(inputs.maxHistory, 5);
        assert.equal(inputs.disableWebhooks, undefined);
        assert.equal(inputs.disableCRDHooks, undefined);
    });

    for (const stack of ["staging", "prod"]) {
        it(`has no secret and nothing unknown in ${stack}'s values, so that a preview can judge them`, async () => {
            const values = await value({}, stack);
            assert.ok(leaves(values).length > 100);
            assert.doesNotMatch(JSON.stringify(values), /"secret":|password-of-|04da6b54/);
            assert.deepEqual(
                leaves(values).filter(([, leaf]) => leaf === undefined || leaf === null),
                [],
            );
        });
    }

    it("is there once everything that it lives in is, in two namespaces of their own levels", async () => {
        const run = await monitoringRun();
        const level = (name: string) =>
            at(only(run, "Namespace", name).inputs, "metadata", "labels", "pod-security.kubernetes.io/enforce");
        assert.equal(level("monitoring-namespace"), "restricted");
        assert.equal(level("monitoring-node-namespace"), "privileged");
        assert.equal(at(only(run, "PriorityClass").inputs, "value"), 1_000_000);
        assert.equal(await value({}, "staging", "prometheus-node-exporter", "namespaceOverride"), "monitoring-node");
    });

    it("is not made where the cluster's operator is managed elsewhere: rules are, and no namespace unless asked", async () => {
        const existing = { type: "existing", labels: { team: "mesh" } };
        const run = await monitoringRun({ chart: existing });
        const kinds = run.resources.filter(({ name }) => name.startsWith("monitoring")).map(({ type }) => type);
        assert.ok(!kinds.some((type) => /:(Release|Namespace|PriorityClass|NetworkPolicy|Secret)$/.test(type)));
        const rules = run.resources.filter(({ type }) => type.endsWith(":PrometheusRule"));
        assert.ok(rules.length > 0);
        for (const { inputs } of rules) {
            assert.equal(at(inputs, "metadata", "labels", "team"), "mesh");
        }
        const own = await monitoringRun({ chart: { ...existing, createNamespace: true } });
        assert.ok(only(own, "Namespace", "monitoring-namespace"));
    });

    it("is not made at all when monitoring is off", async () => {
        const run = await monitoringRun({ enabled: false });
        assert.deepEqual(
            run.resources.filter(({ name }) => name.startsWith("monitoring")),
            [],
        );
    });
});

describe("Values of the chart", () => {
    for (const flavour of ["k3s", "kind", "minikube", "managed", "gke", "eks", "aks", "openshift", "kubeadm"]) {
        const reachable = flavour === "kubeadm";
        it(`${reachable ? "watch" : "leave alone"} the control plane of ${flavour}, with its rules`, async () => {
            const values = await value({ clusterFlavour: flavour }, "staging");
            for (const part of ["kubeControllerManager", "kubeScheduler", "kubeProxy", "kubeEtcd"]) {
                assert.equal(at(values, part, "enabled"), reachable, part);
            }
            for (const rule of ["etcd", "kubeControllerManager", "kubeProxy", "kubeSchedulerAlerting"]) {
                assert.equal(at(values, "defaultRules", "rules", rule), reachable, rule);
            }
            // Prometheus cannot scrape GKE's kube-dns and OpenShift's DNS.
            assert.equal(at(values, "coreDns", "enabled"), !["gke", "openshift"].includes(flavour));
        });
    }

    it("find nodes by EndpointSlices in all three places, or kubelets would not be scraped", async () => {
        const values = await value({}, "prod");
        assert.equal(at(values, "prometheus", "prometheusSpec", "serviceDiscoveryRole"), "EndpointSlice");
        assert.equal(at(values, "prometheusOperator", "kubeletEndpointSliceEnabled"), true);
        assert.equal(at(values, "prometheusOperator", "kubeletEndpointsEnabled"), false);
    });

    it("scrape cAdvisor as often as other targets, not three times as often", async () => {
        const path = ["kubelet", "serviceMonitor", "cAdvisorInterval"] as const;
        assert.equal(await value({}, "prod", ...path), "30s");
        assert.equal(await value({ prometheus: { scrapeInterval: "1m" } }, "staging", ...path), "1m");
    });

    it("select monitors, rules, probes and scrape configurations without the chart's label, too", async () => {
        const spec = await value({}, "prod", "prometheus", "prometheusSpec");
        for (const kind of ["serviceMonitor", "podMonitor", "rule", "probe", "scrapeConfig"]) {
            assert.equal(at(spec, `${kind}SelectorNilUsesHelmValues`), false, kind);
        }
    });

    it("let one Prometheus be, and keep several apart with a disruption budget", async () => {
        assert.equal(await value({}, "staging", "prometheus", "prometheusSpec", "podAntiAffinity"), "soft");
        assert.equal(await value({}, "staging", "prometheus", "podDisruptionBudget", "enabled"), false);
        assert.equal(await value({}, "prod", "prometheus", "prometheusSpec", "podAntiAffinity"), "hard");
        assert.equal(await value({}, "prod", "prometheus", "podDisruptionBudget", "enabled"), true);
    });

    it("keep samples on a volume, or on the node with a bound", async () => {
        const path = ["prometheus", "prometheusSpec", "storageSpec"] as const;
        const spec = await value({}, "prod", ...path, "volumeClaimTemplate", "spec");
        assert.equal(at(spec, "resources", "requests", "storage"), "50Gi");
        const prometheus = { storage: { type: "emptyDir", sizeLimit: "20Gi" } };
        const values = {
            cluster: '{"context":"test"}',
            spire: JSON.stringify(SPIRE_CHOICES),
            monitoring: JSON.stringify({ prometheus }),
        };
        const { monitoring: settings, environment } = parseSettings({ stack: "prod", values, secretKeys: new Set() });
        const onNode = prometheusValues({ settings, environment });
        assert.deepEqual(at(onNode, ...path), { emptyDir: { sizeLimit: "20Gi" } });
    });

    it("tell clusters apart in alerts, and send samples on with credentials by name only", async () => {
        const remoteWrite = [
            { url: "https://a.example.com", auth: { type: "basic", secretName: "writer" } },
            { url: "https://b.example.com", auth: { type: "bearer", secretName: "token" } },
            { url: "https://c.example.com" },
        ];
        const prometheus = { externalLabels: { region: "eu" }, remoteWrite };
        const spec = await value({ prometheus }, "staging", "prometheus", "prometheusSpec");
        assert.deepEqual(at(spec, "externalLabels"), { cluster: "staging", region: "eu" });
        assert.deepEqual(at(spec, "remoteWrite"), [
            {
                url: "https://a.example.com",
                basicAuth: {
                    username: { name: "writer", key: "username" },
                    password: { name: "writer", key: "password" },
                },
            },
            { url: "https://b.example.com", authorization: { credentials: { name: "token", key: "token" } } },
            { url: "https://c.example.com" },
        ]);
    });

    it("validate rules with separate webhook pods if the settings enable them", async () => {
        const path = ["prometheusOperator", "admissionWebhooks"] as const;
        assert.equal(await value({}, "staging", ...path, "failurePolicy"), "Ignore");
        assert.equal(await value({}, "staging", ...path, "deployment", "enabled"), false);
        const prod = await value({}, "prod", ...path);
        assert.equal(at(prod, "failurePolicy"), "IgnoreOnInstallOnly");
        assert.equal(at(prod, "deployment", "replicas"), 2);
        assert.equal(at(prod, "deployment", "podDisruptionBudget", "enabled"), true);
    });

    it("upgrade CRDs on demand, with bounds for the job", async () => {
        const path = ["crds", "upgradeJob"] as const;
        assert.equal(await value({}, "staging", ...path, "enabled"), false);
        const job = await value({ chart: { ...REPOSITORY, upgradeCrds: true } }, "staging", ...path);
        assert.equal(at(job, "enabled"), true);
        assert.ok(at(job, "resources", "limits", "memory"));
        assert.notEqual(at(job, "image", "busybox", "tag"), "latest");
    });

    it("take images from a mirror, with Secrets and digests", async () => {
        const digest = `sha256:${"a".repeat(64)}`;
        const names = [
            "prometheus",
            "operator",
            "configReloader",
            "webhook",
            "certgen",
            "kubeStateMetrics",
            "nodeExporter",
            "alertmanager",
            "grafana",
            "sidecar",
        ];
        const digests = Object.fromEntries(names.map((name) => [name, digest]));
        const images = { registry: "registry.example.com/mirror", pullSecrets: ["mirror"], digests };
        const values = await value({ images }, "prod");
        assert.equal(at(values, "global", "imageRegistry"), "registry.example.com/mirror");
        assert.deepEqual(at(values, "global", "imagePullSecrets"), [{ name: "mirror" }]);
        assert.equal(JSON.stringify(values).split("a".repeat(64)).length - 1, names.length);
        assert.equal(at(values, "prometheus-node-exporter", "image", "digest"), digest);
    });
});

describe("Settings of monitoring", () => {
    const rejected = (monitoring: Overrides, message: RegExp, stack = "staging") =>
        assert.rejects(monitoringRun(monitoring, stack), (error: Error) => {
            assert.match(error.message, message);
            return true;
        });

    for (const [what, monitoring, message] of [
        [
            "an unknown cluster flavour",
            { clusterFlavour: "nowhere" },
            /clusterFlavour = a text of 7 characters\n +must be: kubeadm, k3s, kind, minikube, managed, gke, eks, aks or openshift/,
        ],
        [
            "retention larger than the storage",
            { prometheus: { retentionSize: "5GB" } },
            /retentionSize = "5GB"\n +must be: at most 90 % of monitoring\.prometheus\.storage\.size \(5Gi\).*\n.*4608MB/,
        ],
        ["a size without unit", { prometheus: { retentionSize: "45" } }, /a size in MB, GB or TB/],
        [
            "scrapes too far apart for the rules",
            { prometheus: { scrapeInterval: "2m" } },
            /scrapeInterval = "2m"\n +must be: at most 1m: the rules evaluate windows of 5 minutes/,
        ],
        [
            "a receiver of samples that is no URL",
            { prometheus: { remoteWrite: [{ url: "https://samples.example.com:99999" }] } },
            /remoteWrite\[0\]\.url.*\n +must be: an http or https URL/,
        ],
        [
            "credentials for samples of an unknown kind",
            { prometheus: { remoteWrite: [{ url: "https://samples.example.com", auth: { type: "digest" } }] } },
            /auth\.type = a text of 6 characters\n.*an object with type none, basic or bearer/,
        ],
        ["a retention in words", { prometheus: { retention: "forever" } }, /a time in hours, days, weeks or years/],
        [
            "a limit below its request",
            { operator: { resources: { limits: { memory: "16Mi" } } } },
            /at least monitoring\.operator\.resources\.requests\.memory \(96Mi\)/,
        ],
        ["the mesh's namespace", { namespace: "spire" }, /different from spire\.serverNamespace/],
        ["one namespace for both", { nodeNamespace: "monitoring" }, /different from monitoring\.namespace/],
        ["an unknown chart source", { chart: { type: "git" } }, /monitoring\.chart\.type/],
        [
            "a range of versions",
            { chart: { ...REPOSITORY, version: "88.x" } },
            /an exact chart version, e\.g\. 88\.5\.3/,
        ],
        [
            "a repository with a password",
            { chart: { ...REPOSITORY, url: "https://me:pw@charts.example.com" } },
            /an http or https URL with a host name/,
        ],
        [
            "a repository that is no URL",
            { chart: { ...REPOSITORY, url: "https://[charts" } },
            /chart\.url = a text of 15 characters\n +must be: an http or https URL/,
        ],
        [
            "a registry at a port that there is not",
            { chart: { type: "oci", reference: "oci://registry:99999/charts/x", digest: `sha256:${"a".repeat(64)}` } },
            /oci:\/\/REGISTRY\/PATH without tag/,
        ],
        ["a registry without digest", { chart: { type: "oci" } }, /monitoring\.chart\.digest/],
        ["a wrong digest", { chart: { type: "oci", digest: "sha256:abc" } }, /sha256: and 64 lower-case hex digits/],
        ["a file without its SHA-256", { chart: { type: "file", path: "chart.tgz" } }, /monitoring\.chart\.sha256/],
        [
            "a file that is no packed chart",
            { chart: { type: "file", path: "chart", sha256: "0".repeat(64) } },
            /the path of a packed chart/,
        ],
    ] as const) {
        it(`refuse ${what}`, () => rejected(monitoring, message));
    }
});
