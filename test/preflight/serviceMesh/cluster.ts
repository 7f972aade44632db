import { stringify } from "yaml";
import type { ReadAnswer } from "../../../kube/read";
import { serviceMeshJudgement } from "../../../preflight/serviceMesh";
import { parse } from "../../support/parseSettings";

/** Paths and objects that an API server answers with. */
export type Objects = Readonly<Record<string, unknown>>;

const WEBHOOKS = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
const DAEMON_SETS = "/apis/apps/v1/daemonsets";

const definition = (name: string) => ({ [`/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`]: {} });

const daemonSet = (name: string, namespace: string) => ({ metadata: { name, namespace } });

/** A condition of a selector. */
const on = (key: string, operator: string, ...values: string[]) => ({ key, operator, values });

/** A webhook configuration of istiod, with the selectors of its chart. */
export function istioWebhooks(revision?: string): object {
    const webhook = (name: string, ...matchExpressions: object[]) => ({
        name: `${name}.sidecar-injector.istio.io`,
        namespaceSelector: { matchExpressions },
        objectSelector: { matchExpressions: [on("sidecar.istio.io/inject", "NotIn", "false")] },
    });
    return {
        metadata: {
            name: `istio-sidecar-injector${revision === undefined ? "" : `-${revision}`}`,
            labels: { "istio.io/rev": revision ?? "default" },
        },
        webhooks: [
            webhook(
                "rev.namespace",
                on("istio.io/rev", "In", revision ?? "default"),
                on("istio-injection", "DoesNotExist"),
            ),
            ...(revision === undefined ? [webhook("namespace", on("istio-injection", "In", "enabled"))] : []),
        ],
    };
}

/** What of istiod's configuration a test changes. */
interface Istiod {
    readonly revision?: string;
    readonly cni?: boolean;
    readonly privileged?: boolean;
    readonly trustDomain?: string;
    readonly spireTemplate?: string;
}

/** A cluster with Istio's sidecars, fit for the restricted namespace unless a test changes it. */
export function istioSidecars({ revision, cni = true, privileged, trustDomain, spireTemplate }: Istiod = {}): Objects {
    const suffix = revision === undefined ? "" : `-${revision}`;
    const configMaps = "/api/v1/namespaces/istio-system/configmaps";
    const values = { global: { proxy: { privileged: privileged ?? false } }, pilot: { cni: { enabled: cni } } };
    const templates = { sidecar: "spec: {}", ...(spireTemplate === undefined ? {} : { spire: spireTemplate }) };
    return {
        ...definition("peerauthentications.security.istio.io"),
        [WEBHOOKS]: { items: [istioWebhooks(revision)] },
        [DAEMON_SETS]: { items: cni ? [daemonSet("istio-cni-node", "istio-system")] : [] },
        [`${configMaps}/istio-sidecar-injector${suffix}`]: {
            data: { values: JSON.stringify(values), config: stringify({ templates }) },
        },
        [`${configMaps}/istio${suffix}`]: {
            data: { mesh: stringify(trustDomain === undefined ? {} : { trustDomain }) },
        },
        ...versionOf(33),
    };
}

/** A cluster with Istio's ambient mode. */
export function istioAmbient(daemonSets = ["ztunnel", "istio-cni-node"], ambient = "true"): Objects {
    return {
        ...definition("peerauthentications.security.istio.io"),
        ...definition("authorizationpolicies.security.istio.io"),
        [DAEMON_SETS]: { items: daemonSets.map((name) => daemonSet(name, "istio-system")) },
        "/api/v1/namespaces/istio-system/configmaps/istio-cni-config": { data: { AMBIENT_ENABLED: ambient } },
        "/api/v1/namespaces/istio-system/configmaps/istio": { data: { mesh: "{}" } },
    };
}

/** A cluster with Linkerd. */
export function linkerd({ cniEnabled = true, plugin = true, injector = true } = {}): Objects {
    return {
        ...definition("servers.policy.linkerd.io"),
        ...definition("authorizationpolicies.policy.linkerd.io"),
        ...definition("meshtlsauthentications.policy.linkerd.io"),
        ...definition("networkauthentications.policy.linkerd.io"),
        [WEBHOOKS]: {
            items: injector
                ? [{ metadata: { name: "linkerd" }, webhooks: [{ name: "linkerd-proxy-injector.linkerd.io" }] }]
                : [],
        },
        [DAEMON_SETS]: { items: plugin ? [daemonSet("linkerd-cni", "linkerd-cni")] : [] },
        "/api/v1/namespaces/linkerd/configmaps/linkerd-config": { data: { values: stringify({ cniEnabled }) } },
    };
}

/** The answers about the version of Kubernetes. */
export function versionOf(minor: number): Objects {
    return { "/version": { minor: String(minor) } };
}

/** A namespace by its path. */
export function namespace(name: string, metadata: object = {}): Objects {
    return { [`/api/v1/namespaces/${name}`]: { metadata } };
}

/** What is said about joining a mesh in a cluster with these objects. */
export function judged(
    objects: Objects,
    serviceMesh: object,
    { mesh = {}, hidden = () => false }: { mesh?: object; hidden?: (path: string) => boolean } = {},
) {
    const read = (path: string): Promise<ReadAnswer> =>
        Promise.resolve(hidden(path) ? { seen: false, status: 403 } : { seen: true, object: objects[path] });
    return serviceMeshJudgement(read, parse({ mesh: { ...mesh, serviceMesh } }), "kubectl --context test");
}
