import { compare } from "semver";
import { fault, limitsCoverRequests, repeated } from "../shared/constraints";
import { formatDuration, parseDuration } from "../shared/duration";
import { type Fault, removeCommand } from "../shared/faults";
import { described } from "../shared/given";
import { KUBELET_CERTIFICATE } from "./agent";
import { identityFaults } from "./identityConstraints";
import { PORTS } from "./ports";
import type { SpireSettings } from "./schema";

/** Input of a constraint. */
interface ConstraintInput {
    readonly stack: string;
    readonly spire: SpireSettings;
}

type Constraint = (input: ConstraintInput) => Fault[];

/** Directory of the agents' socket on every node. */
export const SOCKET_DIRECTORY = "/run/spire/sockets";

/** Oldest SPIRE release that supports everything in the generated configuration. */
const OLDEST_VERSION = "1.15.3";

/**
 * Longest SVID lifetime that SPIRE can guarantee (s): a sixth of the CA's lifetime, at most 7 days (the server's CA
 * manager).
 */
const MAX_SVID_SECONDS = 7 * 24 * 3_600;

/** Constraints across several settings of SPIRE; each returns the faults that it finds. */
const CONSTRAINTS: readonly Constraint[] = [
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
    kubeletIsCalledByName,
    identityFaults,
];

/** Faults of SPIRE settings that are individually valid but conflict with each other. */
export function spireFaults(stack: string, spire: SpireSettings): Fault[] {
    return CONSTRAINTS.flatMap((constraint) => constraint({ stack, spire }));
}

function oneServerOnSqlite({ stack, spire: { server } }: ConstraintInput): Fault[] {
    return server.datastore.type === "sqlite" && server.replicas > 1
        ? [
              fault(
                  stack,
                  "spire.server.replicas",
                  server.replicas,
                  "1 while spire.server.datastore.type is sqlite: every server would have its own database; " +
                      "postgres and mysql can be shared",
                  1,
              ),
          ]
        : [];
}

function memoryKeysNeedAuthority({ stack, spire }: ConstraintInput): Fault[] {
    return spire.server.keyManager.type === "memory" && !hasUpstreamAuthority(spire)
        ? [
              fault(
                  stack,
                  "spire.server.keyManager.type",
                  "memory",
                  "disk, or a cloud KMS, while spire.server.upstreamAuthority.type is none: " +
                      "every restart would create a new root of trust",
                  "disk",
              ),
          ]
        : [];
}

/**
 * Each server has its own keys in a KMS: the program sets the file that identifies them; a fixed identifier works for
 * one server only.
 */
function kmsKeysHaveOneOwner({ stack, spire: { server } }: ConstraintInput): Fault[] {
    const { keyManager, replicas } = server;
    if (keyManager.type === "disk" || keyManager.type === "memory") {
        return [];
    }
    const notes = {
        key_identifier_file: "removed: each server keeps this file on its own volume",
        ...(replicas > 1
            ? {
                  key_identifier_value: `removed while spire.server.replicas is ${replicas}: the servers would share keys`,
              }
            : {}),
    };
    return Object.entries(notes)
        .filter(([name]) => Object.hasOwn(keyManager.config, name))
        .map(([name, allowed]) => {
            const key = `spire.server.keyManager.config.${name}`;
            return { key, given: described(keyManager.config[name]), allowed, fix: removeCommand(stack, key) };
        });
}

function hasUpstreamAuthority({ server }: SpireSettings): boolean {
    return server.upstreamAuthority.type !== "none" || server.extraPlugins.some(isUpstreamAuthority);
}

function isUpstreamAuthority({ type }: SpireSettings["server"]["extraPlugins"][number]): boolean {
    return type === "UpstreamAuthority";
}

function oneUpstreamAuthority({ stack, spire: { server } }: ConstraintInput): Fault[] {
    const extra = server.extraPlugins.filter(isUpstreamAuthority).length;
    return extra + (server.upstreamAuthority.type === "none" ? 0 : 1) > 1
        ? [
              fault(
                  stack,
                  "spire.server.upstreamAuthority.type",
                  server.upstreamAuthority.type,
                  "none while spire.server.extraPlugins has an UpstreamAuthority: SPIRE accepts only one",
                  "none",
              ),
          ]
        : [];
}

function svidsOutlivedByCa({ stack, spire }: ConstraintInput): Fault[] {
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
                `at most ${formatDuration(limit)}: a sixth of spire.server.caTtl (${caTtl}) and 7 days, beyond which SPIRE shortens it`,
                formatDuration(limit),
            ),
        );
}

function containerLimits({ stack, spire: { server, agent, csi } }: ConstraintInput): Fault[] {
    return limitsCoverRequests(stack, {
        "spire.server.resources": server.resources,
        "spire.server.controllerManager.resources": server.controllerManager.resources,
        "spire.agent.resources": agent.resources,
        "spire.csi.resources": csi.resources,
        "spire.csi.registrarResources": csi.registrarResources,
    });
}

function versionIsKnown({ stack, spire: { version } }: ConstraintInput): Fault[] {
    const older = compare(version, OLDEST_VERSION) < 0;
    const allowed = `${OLDEST_VERSION} or newer: older releases do not support all of the configuration`;
    return older ? [fault(stack, "spire.version", version, allowed, OLDEST_VERSION)] : [];
}

/** The containers of a server share one network namespace, so their ports must differ. */
function serverPortIsFree({ stack, spire: { serverPort, federation } }: ConstraintInput): Fault[] {
    const { health, metrics, managerMetrics, managerHealth, bundleEndpoint } = PORTS;
    const always: number[] = [health, metrics, managerMetrics, managerHealth];
    const taken = [...always, ...(federation.enabled ? [bundleEndpoint] : [])];
    const allowed = `different from ${taken.join(", ")}, which the server's pod uses itself`;
    return taken.includes(serverPort) ? [fault(stack, "spire.serverPort", serverPort, allowed, "PORT")] : [];
}

/** Environment variables that the program sets in the server's container. */
const SERVER_ENV = ["GOMEMLIMIT", "PGPASSWORD", "SPIRE_DATASTORE_PASSWORD"];

function variablesDiffer({ stack, spire: { server } }: ConstraintInput): Fault[] {
    const variables = server.env.map(({ name }) => name);
    return repeated(variables, SERVER_ENV).map((index) =>
        fault(stack, `spire.server.env[${index}].name`, variables[index], "a variable that nothing else sets", "NAME"),
    );
}

/** SPIRE does not start with two plugins of the same type and name. */
function pluginsDiffer({ stack, spire: { server } }: ConstraintInput): Fault[] {
    const plugins = server.extraPlugins.map(({ type, name }) => `${type} ${name}`);
    return repeated(plugins, ["NodeAttestor k8s_psat", "BundlePublisher k8s_configmap"]).flatMap((index) => {
        const plugin = server.extraPlugins[index];
        const key = `spire.server.extraPlugins[${index}].name`;
        return plugin === undefined
            ? []
            : [fault(stack, key, plugin.name, `a plugin of type ${plugin.type} that is not configured yet`, "PLUGIN")];
    });
}

function kubeletIsCalledByName({ stack, spire: { agent } }: ConstraintInput): Fault[] {
    const { kubeletVerification: verification, kubeletAddress } = agent;
    return verification.type === "hostFile" && verification.path === KUBELET_CERTIFICATE && kubeletAddress === "hostIP"
        ? [
              fault(
                  stack,
                  "spire.agent.kubeletAddress",
                  kubeletAddress,
                  "nodeName while spire.agent.kubeletVerification is the self-signed certificate of a kubelet: " +
                      "it is issued for the node's name only",
                  "nodeName",
              ),
          ]
        : [];
}
