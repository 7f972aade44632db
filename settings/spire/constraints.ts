import { formatDuration, parseDuration } from "../shared/duration";
import { type Fault, shown } from "../shared/faults";
import type { MeshSettings, SpireSettings } from "../schema";
import { fault, limitsCoverRequests, namespacesDiffer } from "../shared/constraints";
import { KUBELET_CERTIFICATE } from "./agent";
import { PORTS } from "./ports";
import { identityFaults } from "./identityConstraints";

/** The most that a rule may know. */
interface RuleInput {
    readonly stack: string;
    readonly spire: SpireSettings;
    readonly mesh: MeshSettings;
}

type Rule = (input: RuleInput) => Fault[];

/** Directory of the agents' socket on every node. */
export const SOCKET_DIRECTORY = "/run/spire/sockets";

/** First SPIRE release with everything that the emitted configuration uses. */
const OLDEST_VERSION = "1.15.3";

/** SPIRE promises no SVID a longer life than this (server's CA manager: a sixth of the CA's, at most 7 days). */
const MAX_SVID_SECONDS = 7 * 24 * 3_600;

/** Rules over more than one setting of SPIRE; each returns the faults that it finds. */
const RULES: readonly Rule[] = [
    oneServerOnSqlite,
    memoryKeysNeedAuthority,
    kmsKeysHaveOneOwner,
    oneUpstreamAuthority,
    svidsOutlivedByCa,
    containerLimits,
    versionIsKnown,
    serverPortIsFree,
    variablesDiffer,
    pluginsDiffer,
    ownNamespaces,
    hostPathIsTheAgents,
    kubeletIsCalledByName,
    identityFaults,
];

/** Faults of SPIRE's settings that are each valid but do not fit together. */
export function spireFaults(stack: string, spire: SpireSettings, mesh: MeshSettings): Fault[] {
    return RULES.flatMap((rule) => rule({ stack, spire, mesh }));
}

function oneServerOnSqlite({ stack, spire: { server } }: RuleInput): Fault[] {
    return server.datastore.type === "sqlite" && server.replicas > 1
        ? [
              fault(
                  stack,
                  "spire.server.replicas",
                  server.replicas,
                  "1 while spire.server.datastore.type is sqlite: every server would have a database of its own; " +
                      "postgres or mysql can be shared",
                  1,
              ),
          ]
        : [];
}

function memoryKeysNeedAuthority({ stack, spire }: RuleInput): Fault[] {
    return spire.server.keyManager.type === "memory" && !hasUpstreamAuthority(spire)
        ? [
              fault(
                  stack,
                  "spire.server.keyManager.type",
                  "memory",
                  "disk, or a cloud KMS, while spire.server.upstreamAuthority.type is none: " +
                      "every restart would make a new root of trust",
                  "disk",
              ),
          ]
        : [];
}

/** Each server has keys of its own in a KMS: the program names the file that tells them apart, a value is for one server. */
function kmsKeysHaveOneOwner({ stack, spire: { server } }: RuleInput): Fault[] {
    const { keyManager, replicas } = server;
    if (keyManager.type === "disk" || keyManager.type === "memory") {
        return [];
    }
    const notes = {
        key_identifier_file: "left out: each server keeps this file on its own volume",
        ...(replicas > 1
            ? { key_identifier_value: `left out while spire.server.replicas is ${replicas}: servers would share keys` }
            : {}),
    };
    return Object.entries(notes)
        .filter(([name]) => keyManager.config[name] !== undefined)
        .map(([name, allowed]) => {
            const key = `spire.server.keyManager.config.${name}`;
            const fix = `pulumi config rm --stack ${stack} --path '${key}'`;
            return { key, given: shown(keyManager.config[name], false), allowed, fix };
        });
}

function hasUpstreamAuthority({ server }: SpireSettings): boolean {
    return server.upstreamAuthority.type !== "none" || server.extraPlugins.some(isUpstreamAuthority);
}

function isUpstreamAuthority({ type }: SpireSettings["server"]["extraPlugins"][number]): boolean {
    return type === "UpstreamAuthority";
}

function oneUpstreamAuthority({ stack, spire: { server } }: RuleInput): Fault[] {
    const extra = server.extraPlugins.filter(isUpstreamAuthority).length;
    return extra + (server.upstreamAuthority.type === "none" ? 0 : 1) > 1
        ? [
              fault(
                  stack,
                  "spire.server.upstreamAuthority.type",
                  server.upstreamAuthority.type,
                  "none while spire.server.extraPlugins has an UpstreamAuthority: SPIRE takes one",
                  "none",
              ),
          ]
        : [];
}

function svidsOutlivedByCa({ stack, spire }: RuleInput): Fault[] {
    const { caTtl, svidTtl, agentTtl, jwtSvids } = spire.server;
    const limit = Math.min((parseDuration(caTtl) ?? 0) / 6, MAX_SVID_SECONDS);
    const ttls: [string, string | undefined][] = [
        ["spire.server.svidTtl", svidTtl],
        ["spire.server.agentTtl", agentTtl],
        ["spire.server.jwtSvids.ttl", jwtSvids.ttl],
        ["spire.meshIdentity.ttl", spire.meshIdentity.ttl],
        ...spire.identities.map(({ ttl }, index): [string, string | undefined] => [
            `spire.identities[${index}].ttl`,
            ttl,
        ]),
    ];
    return ttls
        .filter(([, ttl]) => ttl !== undefined && (parseDuration(ttl) ?? 0) > limit)
        .map(([key, ttl]) =>
            fault(
                stack,
                key,
                ttl,
                `at most ${formatDuration(limit)}: a sixth of spire.server.caTtl (${caTtl}) and 7 days, or SPIRE shortens it`,
                formatDuration(limit),
            ),
        );
}

function containerLimits({ stack, spire: { server, agent, csi } }: RuleInput): Fault[] {
    return limitsCoverRequests(stack, {
        "spire.server.resources": server.resources,
        "spire.server.controllerManager.resources": server.controllerManager.resources,
        "spire.agent.resources": agent.resources,
        "spire.csi.resources": csi.resources,
        "spire.csi.registrarResources": csi.registrarResources,
    });
}

function versionIsKnown({ stack, spire: { version } }: RuleInput): Fault[] {
    const older = version.localeCompare(OLDEST_VERSION, "en", { numeric: true }) < 0;
    const allowed = `${OLDEST_VERSION} or newer: older releases lack parts of the configuration`;
    return older ? [fault(stack, "spire.version", version, allowed, OLDEST_VERSION)] : [];
}

/** The server's containers share one address: each of their ports is somebody's. */
function serverPortIsFree({ stack, spire: { serverPort, federation } }: RuleInput): Fault[] {
    const { health, metrics, managerMetrics, managerHealth, bundleEndpoint } = PORTS;
    const always: number[] = [health, metrics, managerMetrics, managerHealth];
    const taken = [...always, ...(federation.enabled ? [bundleEndpoint] : [])];
    const allowed = `another port than ${taken.join(", ")}, which the server's pod needs itself`;
    return taken.includes(serverPort) ? [fault(stack, "spire.serverPort", serverPort, allowed, "<port>")] : [];
}

function variablesDiffer({ stack, spire: { server } }: RuleInput): Fault[] {
    const taken = new Set(["GOMEMLIMIT", "PGPASSWORD", "SPIRE_DATASTORE_PASSWORD"]);
    return server.env.flatMap(({ name }, index) => {
        const clash = taken.has(name);
        taken.add(name);
        const key = `spire.server.env[${index}].name`;
        return clash ? [fault(stack, key, name, "a variable that nothing else sets", "<NAME>")] : [];
    });
}

/** SPIRE does not start with two plugins of one type and name. */
function pluginsDiffer({ stack, spire: { server } }: RuleInput): Fault[] {
    const taken = new Set(["NodeAttestor k8s_psat", "BundlePublisher k8s_configmap"]);
    return server.extraPlugins.flatMap(({ type, name }, index) => {
        const clash = taken.has(`${type} ${name}`);
        taken.add(`${type} ${name}`);
        const key = `spire.server.extraPlugins[${index}].name`;
        return clash ? [fault(stack, key, name, `another ${type} than those that are there already`, "<plugin>")] : [];
    });
}

function ownNamespaces({ stack, spire, mesh }: RuleInput): Fault[] {
    return namespacesDiffer(
        stack,
        { "mesh.namespace": mesh.namespace },
        { "spire.serverNamespace": spire.serverNamespace, "spire.systemNamespace": spire.systemNamespace },
    );
}

function hostPathIsTheAgents({ stack, mesh: { spireSocket } }: RuleInput): Fault[] {
    return spireSocket.type === "hostPath" && spireSocket.path !== SOCKET_DIRECTORY
        ? [
              fault(
                  stack,
                  "mesh.spireSocket.path",
                  spireSocket.path,
                  `${SOCKET_DIRECTORY} while mesh.spireSocket.type is hostPath: there the agents make their socket`,
                  SOCKET_DIRECTORY,
              ),
          ]
        : [];
}

function kubeletIsCalledByName({ stack, spire: { agent } }: RuleInput): Fault[] {
    const { kubeletVerification: verification, kubeletAddress } = agent;
    return verification.type === "hostFile" && verification.path === KUBELET_CERTIFICATE && kubeletAddress === "hostIP"
        ? [
              fault(
                  stack,
                  "spire.agent.kubeletAddress",
                  kubeletAddress,
                  "nodeName while spire.agent.kubeletVerification is the certificate that a kubelet signs for itself: " +
                      "it is made out to the node's name only",
                  "nodeName",
              ),
          ]
        : [];
}
