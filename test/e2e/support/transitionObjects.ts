import type { KubernetesObject } from "@kubernetes/client-node";
import { deploymentSpec } from "../../../components/mesh/deployment";
import { mainService } from "../../../components/mesh/services";
import type { SpireArgs } from "../../../components/spire/args";
import { agentSpec } from "../../../components/spire/agent";
import { bundleEndpointService } from "../../../components/spire/federation";
import { serverSpec } from "../../../components/spire/server";
import { type Json, spireSettings } from "../../support/spireSettings";

/** Settings of a section, e.g. `{ data: { type: "emptyDir" } }`. */
type Choice = Json;

/** Where an object goes. */
interface ObjectPlace {
    readonly namespace: string;
    readonly name: string;
}

/** A setting whose values put another member into a union: the type of a volume, an environment variable or a Service. */
interface Transition {
    /** The setting, or what it is about. */
    readonly setting: string;
    /** Values between which the setting changes. */
    readonly choices: readonly Choice[];
    /** The object that the setting changes, under another name and without pods. */
    readonly object: (choice: Choice, place: ObjectPlace) => KubernetesObject;
}

/** A node name that does not exist, so that a DaemonSet creates no pods. */
const NOWHERE = { "x0tta6bl4.mesh/nowhere": "true" };

/** An object as it is sent: without fields that are `undefined`. */
function sent(apiVersion: string, kind: string, place: ObjectPlace, spec: object): KubernetesObject {
    return JSON.parse(JSON.stringify({ apiVersion, kind, metadata: place, spec })) as KubernetesObject;
}

function meshDeployment(choice: Choice, place: ObjectPlace): KubernetesObject {
    const { environment, spire, mesh: settings } = spireSettings({}, choice);
    const spec = deploymentSpec({ environment, spire, settings }, { name: "keys" });
    return sent("apps/v1", "Deployment", place, { ...spec, replicas: 0 });
}

function meshService(choice: Choice, place: ObjectPlace): KubernetesObject {
    const { environment, spire, mesh: settings } = spireSettings({}, choice);
    return sent("v1", "Service", place, mainService({ environment, spire, settings }));
}

function spireArgs(choice: Choice): SpireArgs {
    const { environment, spire: settings } = spireSettings(choice);
    return {
        environment,
        settings,
        mesh: { namespace: "mesh", serviceAccount: "mesh", podLabels: {}, callsServer: false },
        kubeletApi: "nodes/pods",
    };
}

function agents(choice: Choice, place: ObjectPlace): KubernetesObject {
    const spec = JSON.parse(JSON.stringify(agentSpec(spireArgs(choice)))) as { template: { spec: object } };
    const pod = { ...spec.template.spec, nodeSelector: NOWHERE };
    return sent("apps/v1", "DaemonSet", place, { ...spec, template: { ...spec.template, spec: pod } });
}

function servers(choice: Choice, place: ObjectPlace): KubernetesObject {
    return sent("apps/v1", "StatefulSet", place, { ...serverSpec(spireArgs(choice)), replicas: 0 });
}

const secret = { name: "database", caKey: "ca.crt", clientCertKey: "tls.crt", clientKeyKey: "tls.key" };
const peer = { cidr: "192.0.2.10/32" };

/**
 * Every setting whose values change the member of a union under one key of a list, or the type of an object. Claims of
 * the servers are not among them: `preflight/spire` rejects their change.
 */
export const TRANSITIONS: readonly Transition[] = [
    {
        setting: "mesh.data.type",
        choices: [
            { data: { type: "ephemeral" } },
            { data: { type: "emptyDir" } },
            { data: { type: "existingClaim", claimName: "shared", accessMode: "ReadWriteMany" } },
            {
                replicas: 1,
                disruptionBudget: { enabled: false },
                data: { type: "existingClaim", claimName: "own", accessMode: "ReadWriteOncePod" },
            },
        ],
        object: meshDeployment,
    },
    {
        setting: "mesh.spireSocket.type",
        choices: [
            { spireSocket: { type: "csi" } },
            { spireSocket: { type: "hostPath" } },
            { spireSocket: { type: "none" } },
        ],
        object: meshDeployment,
    },
    {
        setting: "spire.agent.kubeletVerification.type",
        choices: [
            { agent: { kubeletVerification: { type: "skip" } } },
            { agent: { kubeletVerification: { type: "clusterCA" } } },
            { agent: { kubeletVerification: { type: "hostFile" }, kubeletAddress: "nodeName" } },
            { agent: { kubeletVerification: { type: "configMap", name: "kubelet-ca" } } },
        ],
        object: agents,
    },
    {
        setting: "spire.server.upstreamAuthority.type",
        choices: [
            { server: { upstreamAuthority: { type: "none" } } },
            { server: { upstreamAuthority: { type: "disk", secretName: "upstream" } } },
            { server: { upstreamAuthority: { type: "cert-manager", issuerName: "ca", namespace: "cert-manager" } } },
        ],
        object: servers,
    },
    {
        setting: "spire.server.datastore.type",
        choices: [
            { server: { datastore: { type: "sqlite" } } },
            { server: { datastore: { type: "postgres", host: "db.example.com", secret, peer } } },
            { server: { datastore: { type: "mysql", host: "db.example.com", secret: { name: "mysql" }, peer } } },
        ],
        object: servers,
    },
    {
        setting: "spire.federation",
        choices: [
            { federation: { enabled: false } },
            { federation: { enabled: true } },
            { federation: { enabled: true, profile: { type: "https_web", secretName: "bundle-tls" } } },
        ],
        object: servers,
    },
    {
        setting: "spire.federation.serviceType",
        choices: ["ClusterIP", "NodePort", "LoadBalancer"].map((serviceType) => ({
            federation: { enabled: true, serviceType },
        })),
        object: (choice, place) => sent("v1", "Service", place, bundleEndpointService(spireArgs(choice))),
    },
];

/**
 * Settings that give a port of the same name another number. Ports are merged by number, so a preview of an object that
 * was never updated has both, which the API server rejects (docs/faq.md). The update itself takes the old port over
 * first.
 */
export const RENUMBERED: readonly Transition[] = [
    { setting: "mesh.ports.http", choices: [{}, { ports: { http: 8080 } }], object: meshDeployment },
    { setting: "mesh.ports.mesh", choices: [{}, { ports: { mesh: 7999 } }], object: meshService },
    { setting: "spire.serverPort", choices: [{}, { serverPort: 8443 }], object: servers },
];
