import type { Field } from "../engine/field";
import { kindName } from "./kinds";
import { MAKING_PODS } from "./podMakers";
import { readable } from "./readable";
import { nameOf, namespaceOf, type Stack } from "./stack";
import type { Subject } from "./subject";

/** An object created by a controller, and so not part of any stack. */
interface Made {
    /** Kind of the object. */
    readonly kind: string;
    /** Its name, or those of several. Throws what reading the field throws. */
    readonly name: (object: Field) => string | readonly string[] | undefined;
    /** Whether it is in every namespace. Default: in that of its maker. */
    readonly everywhere?: boolean;
}

const own = (object: Field): string | undefined => object.at("metadata", "name").string();
const named =
    (before: string, after: string) =>
    (object: Field): string =>
        `${before}${own(object) ?? ""}${after}`;
const secret = (...keys: readonly string[]): Made => ({
    kind: "Secret",
    name: (object) => object.at("spec", ...keys).string() ?? own(object),
});
const secretNamed = (after: string): Made => ({ kind: "Secret", name: named("", after) });
const service = (after: string): Made => ({ kind: "Service", name: named("", after) });
const fixed = (kind: string, name: string): Made => ({ kind, name: () => name });

/** Objects that controllers create from another object, with their documented names. */
const MADE_FROM: Readonly<Record<string, readonly Made[]>> = {
    "Certificate.cert-manager.io": [secret("secretName")],
    "ExternalSecret.external-secrets.io": [secret("target", "name")],
    "ClusterExternalSecret.external-secrets.io": [{ ...secret("externalSecretName"), everywhere: true }],
    "SealedSecret.bitnami.com": [secret("template", "metadata", "name")],
    "VaultStaticSecret.secrets.hashicorp.com": [secret("destination", "name")],
    "VaultDynamicSecret.secrets.hashicorp.com": [secret("destination", "name")],
    "VaultPKISecret.secrets.hashicorp.com": [secret("destination", "name")],
    "SecretProviderClass.secrets-store.csi.x-k8s.io": [
        {
            kind: "Secret",
            name: (object) =>
                object
                    .at("spec", "secretObjects")
                    .items()
                    .map((item) => item.at("secretName").string() ?? ""),
        },
    ],
    "ObjectBucketClaim.objectbucket.io": [
        { kind: "Secret", name: own },
        { kind: "ConfigMap", name: own },
    ],
    "DataVolume.cdi.kubevirt.io": [{ kind: "PersistentVolumeClaim", name: own }],
    "ServiceBinding.servicebinding.io": [secretNamed("")],
    "Terraform.infra.contrib.fluxcd.io": [secret("writeOutputsToSecret", "name")],
    "OnePasswordItem.onepassword.com": [secretNamed("")],
    "InfisicalSecret.secrets.infisical.com": [secret("managedSecretReference", "secretName")],
    "Bundle.trust.cert-manager.io": [
        { kind: "ConfigMap", name: own, everywhere: true },
        { kind: "Secret", name: own, everywhere: true },
    ],
    "Service.serving.knative.dev": [service("")],
    "InferenceService.serving.kserve.io": [service(""), service("-predictor"), service("-transformer")],
    "Prometheus.monitoring.coreos.com": [fixed("Service", "prometheus-operated")],
    "Alertmanager.monitoring.coreos.com": [fixed("Service", "alertmanager-operated")],
    "ThanosRuler.monitoring.coreos.com": [fixed("Service", "thanos-ruler-operated")],
    "Cluster.postgresql.cnpg.io": [
        ...["-rw", "-ro", "-r"].map(service),
        ...["-app", "-superuser", "-ca", "-server"].map(secretNamed),
    ],
    "Elasticsearch.elasticsearch.k8s.elastic.co": [
        service("-es-http"),
        secretNamed("-es-elastic-user"),
        secretNamed("-es-http-certs-public"),
    ],
    "Kibana.kibana.k8s.elastic.co": [service("-kb-http")],
    "RabbitmqCluster.rabbitmq.com": [service(""), secretNamed("-default-user")],
    "Kafka.kafka.strimzi.io": [
        service("-kafka-bootstrap"),
        service("-kafka-brokers"),
        secretNamed("-cluster-ca-cert"),
        secretNamed("-clients-ca-cert"),
    ],
    "KafkaUser.kafka.strimzi.io": [secretNamed("")],
    "OpenTelemetryCollector.opentelemetry.io": [
        { kind: "Service", name: named("", "-collector") },
        { kind: "ServiceAccount", name: named("", "-collector") },
    ],
    "Grafana.grafana.integreatly.org": [service("-service"), secretNamed("-admin-credentials")],
    "Jaeger.jaegertracing.io": [service("-query"), service("-collector")],
};

/** Objects that Kubernetes creates in every namespace. */
const IN_EVERY_NAMESPACE: ReadonlySet<string> = new Set([
    "ServiceAccount default",
    "ConfigMap kube-root-ca.crt",
    "ConfigMap openshift-service-ca.crt",
]);

/** Annotations that make cert-manager create the Secrets of an Ingress or Gateway. */
const CERTIFICATE_ANNOTATIONS: readonly string[] = [
    "cert-manager.io/issuer",
    "cert-manager.io/cluster-issuer",
    "kubernetes.io/tls-acme",
];

/** Returns a function that tells whether a controller creates an object that is not in the stack. */
export function madeElsewhere(stack: Stack): (kind: string, namespace: string | undefined, name: string) => boolean {
    const made = new Set(stack.subjects.flatMap(madeFrom));
    return (kind, namespace, name) =>
        IN_EVERY_NAMESPACE.has(`${kind} ${name}`) ||
        (kind === "Service" && namespace === "default" && name === "kubernetes") ||
        (namespace?.startsWith("kube-") === true && OF_CLUSTER.includes(kind)) ||
        isOfMaker(stack, kind, namespace, name) ||
        made.has(`${kind} ${name}`) ||
        made.has(`${kind} ${namespace ?? ""}/${name}`) ||
        (kind === "PersistentVolumeClaim" && isClaimOfMember(stack, namespace, name));
}

/** Kinds of objects that clusters keep in their own namespaces, whatever brought them up. */
const OF_CLUSTER: readonly string[] = ["ConfigMap", "Secret", "ServiceAccount"];

/** Kinds that controllers of databases and the like make with the name of their object in front. */
const OF_MAKER: readonly string[] = ["ConfigMap", "Secret", "Service", "ServiceAccount"];

function isOfMaker(stack: Stack, kind: string, namespace: string | undefined, name: string): boolean {
    return (
        OF_MAKER.includes(kind) &&
        stack.ofKind(...MAKING_PODS).some((maker) => {
            const prefix = nameOf(maker);
            return namespaceOf(maker) === namespace && prefix !== undefined && `${name}-`.startsWith(`${prefix}-`);
        })
    );
}

/** The Secret that Crossplane and others write the way to what they have made into. */
function connectionOf({ object }: Subject): Field {
    return object.at("spec", "writeConnectionSecretToRef");
}

function madeFrom(subject: Subject): string[] {
    const rules = Object.hasOwn(MADE_FROM, kindName(subject)) ? (MADE_FROM[kindName(subject)] ?? []) : [];
    const namespace = namespaceOf(subject) ?? "";
    const names = rules.flatMap(({ kind, name, everywhere = false }) => {
        const value = readable(() => name(subject.object));
        const all = typeof value === "string" ? [value] : (value ?? []);
        return all.map((one) => `${kind} ${everywhere ? "" : `${namespace}/`}${one}`);
    });
    const connection = connectionOf(subject);
    const to = [connection.at("namespace").label() ?? namespace, connection.at("name").label() ?? ""].join("/");
    return [...names, `Secret ${to}`, ...certificatesOf(subject).map((name) => `Secret ${namespace}/${name}`)];
}

/** The Secrets that cert-manager creates for an Ingress or Gateway. */
function certificatesOf({ kind, object }: Subject): string[] {
    const annotations = object.at("metadata", "annotations");
    if (!["Ingress", "Gateway"].includes(kind)) {
        return [];
    }
    const wanted = CERTIFICATE_ANNOTATIONS.some((key) => annotations.peek(key) !== undefined);
    const names = (): (string | undefined)[] =>
        kind === "Ingress"
            ? object
                  .at("spec", "tls")
                  .items()
                  .map((entry) => entry.at("secretName").string())
            : object
                  .at("spec", "listeners")
                  .items()
                  .flatMap((listener) => listener.at("tls", "certificateRefs").items())
                  .map((reference) => reference.at("name").string());
    return wanted ? (readable(names) ?? []).filter((name) => name !== undefined) : [];
}

/** Whether a claim is created by a StatefulSet for a pod: template, set name and ordinal. */
function isClaimOfMember(stack: Stack, namespace: string | undefined, name: string): boolean {
    return stack.inNamespace("StatefulSet.apps", namespace).some((set) => {
        const templates = readable(() => set.object.at("spec", "volumeClaimTemplates").items()) ?? [];
        return templates.some((template) => {
            const prefix = `${template.at("metadata", "name").label() ?? ""}-${nameOf(set) ?? ""}-`;
            return name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length));
        });
    });
}
