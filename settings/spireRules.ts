import { formatDuration, parseDuration } from "./duration";
import { type Fault, setCommand } from "./faults";
import type { MeshSettings, SpireSettings } from "./schema";
import { fault, limitsCoverRequests, namespacesDiffer } from "./sharedRules";

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

/** Names of ClusterSPIFFEIDs that the program itself makes. */
export const MESH_IDENTITY = "x0tta6bl4-mesh";

/** Name of the OIDC provider's ClusterSPIFFEID. */
export const OIDC_IDENTITY = "spire-oidc-provider";

/** Rules over more than one setting of SPIRE; each returns the faults that it finds. */
const RULES: readonly Rule[] = [
    oneServerOnSqlite,
    memoryKeysNeedAuthority,
    oneUpstreamAuthority,
    svidsOutlivedByCa,
    containerLimits,
    versionIsKnown,
    ownNamespaces,
    hostPathIsTheAgents,
    identitiesDiffer,
    federationIsKnown,
    oidcIsComplete,
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
    const { caTtl, svidTtl, agentTtl } = spire.server;
    const limit = Math.min((parseDuration(caTtl) ?? 0) / 6, MAX_SVID_SECONDS);
    const ttls: [string, string | undefined][] = [
        ["spire.server.svidTtl", svidTtl],
        ["spire.server.agentTtl", agentTtl],
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

function identitiesDiffer({ stack, spire }: RuleInput): Fault[] {
    const taken = new Set<string>([MESH_IDENTITY, OIDC_IDENTITY]);
    return spire.identities.flatMap(({ name }, index) => {
        const clash = taken.has(name);
        taken.add(name);
        const key = `spire.identities[${index}].name`;
        return clash ? [fault(stack, key, name, "a name that no other identity has", "<name>")] : [];
    });
}

function federationIsKnown({ stack, spire }: RuleInput): Fault[] {
    const known = spire.federation.trustDomains.map(({ trustDomain }) => trustDomain);
    const own = known.flatMap((trustDomain, index) =>
        trustDomain === spire.trustDomain
            ? [
                  fault(
                      stack,
                      `spire.federation.trustDomains[${index}].trustDomain`,
                      trustDomain,
                      "another trust domain than spire.trustDomain",
                      "<trust domain>",
                  ),
              ]
            : [],
    );
    const lists: [string, readonly string[]][] = [
        ["spire.meshIdentity", spire.meshIdentity.federatesWith],
        ...spire.identities.map(({ federatesWith }, index): [string, readonly string[]] => [
            `spire.identities[${index}]`,
            federatesWith,
        ]),
    ];
    const unknown = lists.flatMap(([owner, trustDomains]) =>
        trustDomains.flatMap((trustDomain, index) =>
            known.includes(trustDomain)
                ? []
                : [
                      fault(
                          stack,
                          `${owner}.federatesWith[${index}]`,
                          trustDomain,
                          `a trust domain of spire.federation.trustDomains (${known.join(", ") || "none"})`,
                          known[0] ?? "<trust domain>",
                      ),
                  ],
        ),
    );
    return [...own, ...unknown];
}

function oidcIsComplete({ stack, spire: { oidcProvider, server } }: RuleInput): Fault[] {
    if (!oidcProvider.enabled) {
        return [];
    }
    const key = "spire.oidcProvider";
    return [
        ...(server.jwtSvids.enabled
            ? []
            : [fault(stack, "spire.server.jwtSvids.enabled", false, `true while ${key}.enabled is`, true)]),
        ...(oidcProvider.domains.length > 0
            ? []
            : [fault(stack, `${key}.domains`, [], "at least one host name", "'[\"oidc.example.com\"]'")]),
        ...(oidcProvider.tlsSecretName !== undefined
            ? []
            : [
                  {
                      key: `${key}.tlsSecretName`,
                      allowed: "the name of a Secret of type kubernetes.io/tls in the server's namespace",
                      fix: setCommand(stack, `${key}.tlsSecretName`, "<secret>"),
                  },
              ]),
    ];
}
