import { missing } from "../../smoke/cluster/lookup";
import { objectOf, type Fixture } from "./fixture";
import { MONITORING_MUTATIONS } from "./monitoringMutations.test";
import { mutation, put, type Mutation } from "./mutation";

const deploymentOf = ({ snapshot }: Fixture) => objectOf(snapshot.deployment);
const podSpecOf = (fixture: Fixture) => deploymentOf(fixture).spec!.template.spec!;
const containerOf = (fixture: Fixture) => podSpecOf(fixture).containers[0]!;
const annotationsOf = (fixture: Fixture) => deploymentOf(fixture).spec!.template.metadata!.annotations!;
const podOf = ({ snapshot }: Fixture) => objectOf(snapshot.pods)[0]!;
const statusOf = (fixture: Fixture) => podOf(fixture).status!.containerStatuses![0]!;
const dataOf = ({ snapshot }: Fixture) => objectOf(snapshot.configMap).data!;
const servicesOf = ({ snapshot }: Fixture) => objectOf(snapshot.services);
const serviceOf = (fixture: Fixture, name: "service" | "metricsService") =>
    servicesOf(fixture).find(({ metadata }) => metadata?.name === fixture.expected.names[name])!;
const sliceOf = (fixture: Fixture, name: "service" | "metricsService") =>
    objectOf(fixture.snapshot.endpointSlices).find(
        ({ metadata }) => metadata?.labels?.["kubernetes.io/service-name"] === fixture.expected.names[name],
    )!;
const policyOf = ({ snapshot }: Fixture, name: string) =>
    objectOf(snapshot.networkPolicies).find(({ metadata }) => metadata?.name?.endsWith(name))!;
const mountOf = (fixture: Fixture, path: string) =>
    containerOf(fixture).volumeMounts!.find(({ mountPath }) => mountPath === path)!;
const volumeOf = (fixture: Fixture, path: string) =>
    podSpecOf(fixture).volumes!.find(({ name }) => name === mountOf(fixture, path).name)!;
const variableOf = (fixture: Fixture, name: string) =>
    containerOf(fixture).env!.find((variable) => variable.name === name)!;

/** At least one fault for every check. */
export const MUTATIONS: readonly Mutation[] = [
    mutation("Namespace exists and is active", ({ snapshot }) => {
        objectOf(snapshot.namespace).status!.phase = "Terminating";
    }),
    mutation("Namespace Pod Security labels", ({ snapshot }) => {
        put(objectOf(snapshot.namespace).metadata!.labels!, "pod-security.kubernetes.io/enforce", "baseline");
    }),
    mutation("SPIRE servers ready", ({ snapshot }) => (objectOf(snapshot.spire.server).status!.readyReplicas = 0)),
    mutation("SPIRE agents ready", ({ snapshot }) => (objectOf(snapshot.spire.agents).status!.numberReady = 0)),
    mutation("SPIRE agents ready", ({ snapshot }) => {
        put(objectOf(snapshot.spire.agents), "status", {
            desiredNumberScheduled: 0,
            numberReady: 0,
            updatedNumberScheduled: 0,
        });
    }),
    mutation("SPIRE CSI driver ready", ({ snapshot }) => {
        objectOf(snapshot.spire.csi).status!.updatedNumberScheduled = 0;
    }),
    mutation("SPIRE trust bundle published", ({ snapshot }) => {
        put(snapshot.spire, "bundle", missing("ConfigMap spire-bundle not found"));
    }),
    mutation("SPIRE trust bundle published", ({ snapshot }) => {
        objectOf(snapshot.spire.bundle).data!["bundle.crt"] = "";
    }),
    mutation("SPIRE entries for the mesh", ({ snapshot }) => {
        put(objectOf(snapshot.spire.staticEntries), "x0tta6bl4-mesh", false);
    }),
    mutation("SPIRE entries for the mesh", ({ snapshot }) => {
        put(objectOf(snapshot.spire.staticEntries), "x0tta6bl4-nodes", false);
    }),
    mutation("SPIRE entries for the mesh", ({ snapshot }) => {
        put(snapshot.spire, "staticEntries", missing("ClusterStaticEntry x0tta6bl4-mesh not found"));
    }),
    mutation("SPIRE entries for the mesh", ({ snapshot, expected }) => {
        put(expected.spire.settings.meshIdentity, "entries", "perPod");
        put(objectOf(snapshot.spire.identity), "entriesToSet", 0);
    }),
    mutation("SPIRE entries for the mesh", ({ snapshot, expected }) => {
        put(expected.spire.settings.meshIdentity, "entries", "perPod");
        put(objectOf(snapshot.spire.identity), "failures", 1);
    }),
    mutation("SPIRE mesh pods fetched an SVID", (fixture) => {
        podOf(fixture).status!.initContainerStatuses![0]!.ready = false;
    }),
    ...MONITORING_MUTATIONS,
    mutation("Deployment exists", ({ snapshot }) => {
        put(snapshot, "deployment", missing("Deployment x not found"));
    }),
    mutation("Deployment rollout complete", (fixture) => (deploymentOf(fixture).status!.observedGeneration = 0)),
    mutation("Deployment rollout complete", (fixture) => (deploymentOf(fixture).status!.updatedReplicas = 1)),
    mutation("Deployment rollout complete", (fixture) => (deploymentOf(fixture).status!.replicas = 11)),
    mutation("Deployment rollout complete", (fixture) => (deploymentOf(fixture).status!.availableReplicas = 1)),
    mutation("Deployment rollout complete", (fixture) => (podOf(fixture).status!.conditions = [])),
    mutation("Deployment replicas", (fixture) => (deploymentOf(fixture).spec!.replicas = 11)),
    mutation("Deployment image", (fixture) => (containerOf(fixture).image = "x0tta6bl4:latest")),
    mutation("Deployment image", (fixture) => (containerOf(fixture).imagePullPolicy = "Always")),
    mutation("Deployment strategy", (fixture) => (deploymentOf(fixture).spec!.strategy!.type = "Recreate")),
    mutation("Deployment time to become available", (fixture) => (deploymentOf(fixture).spec!.minReadySeconds = 5)),
    mutation("Deployment time to become available", (fixture) => {
        put(deploymentOf(fixture).spec!, "progressDeadlineSeconds", 60);
    }),
    mutation("Deployment labels and selector", (fixture) => {
        delete deploymentOf(fixture).spec!.template.metadata!.labels!.environment;
    }),
    mutation("Pods Running and Ready", (fixture) => (podOf(fixture).status!.phase = "Pending")),
    mutation("Pods Running and Ready", ({ snapshot }) => objectOf(snapshot.pods).pop()),
    mutation("Pods no restart loop", (fixture) => (statusOf(fixture).restartCount = 3)),
    mutation("Pods no restart loop", (fixture) => {
        put(statusOf(fixture), "state", { waiting: { reason: "CrashLoopBackOff" } });
    }),
    mutation("Pods run the Deployment's image", (fixture) => (podOf(fixture).spec!.containers[0]!.image = "old:1")),
    mutation("Services main Service", (fixture) => (serviceOf(fixture, "service").spec!.ports![0]!.targetPort = 1)),
    mutation("Services main Service", (fixture) => {
        put(serviceOf(fixture, "service").spec!.selector!, "x", "y");
    }),
    mutation("Services main Service endpoints", (fixture) => sliceOf(fixture, "service").endpoints.pop()),
    mutation("Services metrics Service", (fixture) => (serviceOf(fixture, "metricsService").spec!.ports = [])),
    mutation("Services metrics Service endpoints", (fixture) => {
        put(sliceOf(fixture, "metricsService"), "endpoints", null);
    }),
    mutation("Services exactly one is scraped", (fixture) => {
        put(serviceOf(fixture, "service").metadata!.labels!, "x0tta6bl4.mesh/scrape", "true");
    }),
    mutation(
        "Services exactly one is scraped",
        (fixture) => (serviceOf(fixture, "metricsService").metadata!.labels = {}),
    ),
    mutation(
        "Services exactly one is scraped",
        (fixture) => (serviceOf(fixture, "service").spec!.ports![0]!.name = "metrics"),
    ),
    mutation("ConfigMap values", (fixture) => {
        put(dataOf(fixture), "LOG_LEVEL", "ERROR");
    }),
    mutation("ConfigMap values", (fixture) => {
        put(dataOf(fixture), "EXTRA", "1");
    }),
    mutation("ConfigMap mape_k_config.yaml", (fixture) => {
        put(dataOf(fixture), "mape_k_config.yaml", dataOf(fixture)["mape_k_config.yaml"]!.replace("rete", "drools"));
    }),
    mutation("ConfigMap config.yaml", (fixture) => {
        put(dataOf(fixture), "config.yaml", "a: [");
    }),
    mutation("ConfigMap config.yaml", (fixture) => {
        put(dataOf(fixture), "config.yaml", "dao: {}");
    }),
    mutation("Secret keys", ({ snapshot }) => {
        put(objectOf(snapshot.secret), "keys", ["JWT_SECRET_KEY"]);
    }),
    mutation("Secret keys", ({ snapshot }) => {
        put(objectOf(snapshot.secret), "empty", ["JWT_SECRET_KEY"]);
    }),
    mutation("Access ServiceAccount of the pods", (fixture) => (podSpecOf(fixture).serviceAccountName = "default")),
    mutation("Access API token mount", (fixture) => (podSpecOf(fixture).automountServiceAccountToken = true)),
    mutation("Access ClusterRole", ({ snapshot }) =>
        objectOf(snapshot.clusterRole).rules![0]!.resources!.push("secrets"),
    ),
    mutation("Access ClusterRoleBinding only with a token, and no other", ({ snapshot }) => {
        put(snapshot.clusterRoleBindings, "value", [
            { metadata: { name: "other" }, roleRef: { apiGroup: "", kind: "ClusterRole", name: "cluster-admin" } },
        ]);
    }),
    mutation("Access reads its surroundings only with a token", ({ snapshot }) => {
        put(snapshot.access[0]!.allowed, "value", true);
    }),
    mutation("Access may do nothing else", ({ snapshot }) => {
        put(snapshot.access.at(-1)!.allowed, "value", true);
    }),
    mutation("Access Pod Security admits the pods", ({ snapshot }) => {
        put(objectOf(snapshot.admission), "warnings", ["would violate PodSecurity"]);
    }),
    mutation("Security pod runs as non-root 1000", (fixture) => (podSpecOf(fixture).securityContext!.runAsUser = 0)),
    mutation("Security container is confined", (fixture) => {
        containerOf(fixture).securityContext!.readOnlyRootFilesystem = false;
    }),
    mutation("Security container is confined", (fixture) => {
        containerOf(fixture).securityContext!.capabilities!.add = ["SYS_ADMIN"];
    }),
    mutation("Security seccomp RuntimeDefault", (fixture) => {
        containerOf(fixture).securityContext!.seccompProfile!.type = "Unconfined";
    }),
    mutation("Security no host namespaces", (fixture) => (podSpecOf(fixture).hostNetwork = true)),
    mutation("Resources requests and limits", (fixture) => {
        put(containerOf(fixture).resources!.limits!, "cpu", "3");
    }),
    mutation("Volumes configuration, read-only", (fixture) => (mountOf(fixture, "/etc/x0tta6bl4").readOnly = false)),
    mutation("Volumes data, writable", (fixture) => {
        put(volumeOf(fixture, "/data"), "ephemeral", undefined);
    }),
    mutation(
        "Volumes SPIFFE Workload API socket",
        (fixture) => (mountOf(fixture, "/run/spire/sockets").readOnly = false),
    ),
    mutation("Volumes write paths", (fixture) => (mountOf(fixture, "/tmp").mountPath = "/temp")),
    mutation("Environment from the ConfigMap", (fixture) => {
        put(variableOf(fixture, "LOG_LEVEL"), "valueFrom", undefined);
    }),
    mutation("Environment switches and settings", (fixture) => (variableOf(fixture, "ENVIRONMENT").value = "test")),
    mutation("Environment keys from the Secret", (fixture) => (containerOf(fixture).envFrom = [])),
    mutation(
        "Environment keys from the Secret",
        (fixture) => (containerOf(fixture).envFrom![0]!.secretRef!.optional = true),
    ),
    mutation("Container ports", (fixture) => (containerOf(fixture).ports![0]!.containerPort = 8080)),
    mutation("Probes liveness", (fixture) => (containerOf(fixture).livenessProbe!.periodSeconds = 11)),
    mutation("Probes readiness", (fixture) => (containerOf(fixture).readinessProbe!.httpGet!.path = "/ready")),
    mutation("Probes startup", (fixture) => {
        put(containerOf(fixture), "startupProbe", { periodSeconds: 1 });
    }),
    mutation("Probes startup", (fixture) => {
        put(containerOf(fixture), "startupProbe", undefined);
    }),
    mutation("Container ends gracefully", (fixture) => (podSpecOf(fixture).terminationGracePeriodSeconds = 1)),
    mutation("Container ends gracefully", (fixture) => {
        put(containerOf(fixture), "lifecycle", undefined);
    }),
    ...(["http", "metrics", "mesh"] as const).map((port) =>
        mutation(`Ports ${port}`, ({ snapshot }) => {
            put(snapshot, "ports", [{ port, status: "fail", detail: "answers on 8000", fix: "pulumi config set" }]);
        }),
    ),
    mutation("Annotations metrics", (fixture) => {
        put(annotationsOf(fixture), "prometheus.io/port", "8000");
    }),
    mutation("Annotations configuration checksum", (fixture) => {
        put(annotationsOf(fixture), "checksum/config", "x");
    }),
    mutation("Scheduling anti-affinity by hostname", (fixture) => {
        put(podSpecOf(fixture), "affinity", undefined);
    }),
    mutation("Scheduling node affinity", (fixture) => {
        const preference = { matchExpressions: [{ key: "gpu", operator: "Exists" }] };
        put(podSpecOf(fixture).affinity!, "nodeAffinity", {
            preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, preference }],
        });
    }),
    mutation("Scheduling topology spread", (fixture) => {
        put(podSpecOf(fixture), "topologySpreadConstraints", [
            { topologyKey: "rack", maxSkew: 1, whenUnsatisfiable: "DoNotSchedule" },
        ]);
    }),
    mutation("Scheduling tolerations and priority", (fixture) => (podSpecOf(fixture).priorityClassName = "high")),
    mutation("Availability HorizontalPodAutoscaler", ({ snapshot }) => {
        const all = objectOf(snapshot.autoscalers);
        const [first] = all;
        if (first?.spec === undefined) {
            put(all, 0, { spec: {} });
        } else {
            first.spec.maxReplicas = 99;
        }
    }),
    mutation("Availability PodDisruptionBudget", ({ snapshot }) => {
        objectOf(snapshot.disruptionBudgets)[0]!.spec!.minAvailable = 0;
    }),
    mutation("NetworkPolicies default deny both ways", (fixture) => {
        policyOf(fixture, "-default-deny").spec!.policyTypes = ["Ingress"];
    }),
    mutation("NetworkPolicies open exactly what is set", (fixture) => {
        put(policyOf(fixture, "-allow-http").spec!, "ingress", [{}]);
    }),
    mutation("NetworkPolicies open exactly what is set", (fixture) => {
        policyOf(fixture, "-allow-dns").spec!.egress = [];
    }),
    mutation("HTTP health", ({ snapshot }) => {
        put(objectOf(snapshot.http[0]!.answer), "status", 503);
    }),
    mutation("HTTP metrics", ({ snapshot }) => {
        put(objectOf(snapshot.http[1]!.answer), "body", "<html>");
    }),
];
