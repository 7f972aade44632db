import { type Fault, setCommand } from "../shared/faults";
import type { SpireSettings } from "../schema";
import { fault, repeated } from "../shared/constraints";

/** The most that a rule may know. */
interface RuleInput {
    readonly stack: string;
    readonly spire: SpireSettings;
}

type Rule = (input: RuleInput) => Fault[];

/** Names of ClusterSPIFFEIDs that the program itself makes. */
export const MESH_IDENTITY = "x0tta6bl4-mesh";

/** Name of the OIDC provider's ClusterSPIFFEID. */
export const OIDC_IDENTITY = "spire-oidc-provider";

/** Rules over identities, federation and OIDC. */
const RULES: readonly Rule[] = [
    identitiesDiffer,
    identitiesAreGiven,
    trustDomainsDiffer,
    firstBundleIsKnown,
    federationIsKnown,
    oidcIsComplete,
];

/** Faults of identities, federation and OIDC that are each valid but do not fit together. */
export function identityFaults(input: RuleInput): Fault[] {
    return RULES.flatMap((rule) => rule(input));
}

/** Namespaces whose pods get no identity: the cluster's own and SPIRE's, but for the OIDC provider's. */
export function withoutIdentity({
    systemNamespace,
    serverNamespace,
    oidcProvider,
}: Pick<SpireSettings, "systemNamespace" | "serverNamespace" | "oidcProvider">): string[] {
    return ["kube-system", "kube-public", systemNamespace, ...(oidcProvider.enabled ? [] : [serverNamespace])];
}

function identitiesDiffer({ stack, spire }: RuleInput): Fault[] {
    const names = spire.identities.map(({ name }) => name);
    return repeated(names, [MESH_IDENTITY, OIDC_IDENTITY]).map((index) =>
        fault(stack, `spire.identities[${index}].name`, names[index], "a name that no other identity has", "<name>"),
    );
}

function identitiesAreGiven({ stack, spire }: RuleInput): Fault[] {
    const ignored = withoutIdentity(spire);
    return spire.identities.flatMap(({ namespaces }, index) =>
        namespaces.flatMap((namespace, place) =>
            ignored.includes(namespace)
                ? [
                      fault(
                          stack,
                          `spire.identities[${index}].namespaces[${place}]`,
                          namespace,
                          `another namespace than ${ignored.join(", ")}: the controller manager gives their pods no identity`,
                          "<namespace>",
                      ),
                  ]
                : [],
        ),
    );
}

/** Each trust domain once, and none the own; the objects' names have `-` for `_`. */
function trustDomainsDiffer({ stack, spire }: RuleInput): Fault[] {
    const objectName = (trustDomain: string) => trustDomain.replaceAll("_", "-");
    const again = repeated(spire.federation.trustDomains.map(({ trustDomain }) => objectName(trustDomain)));
    return spire.federation.trustDomains.flatMap(({ trustDomain }, index) => {
        const own = trustDomain === spire.trustDomain;
        const key = `spire.federation.trustDomains[${index}].trustDomain`;
        const allowed = own
            ? "another trust domain than spire.trustDomain"
            : "a trust domain that is not in the list already ('_' and '-' count as one)";
        return own || again.includes(index) ? [fault(stack, key, trustDomain, allowed, "<trust domain>")] : [];
    });
}

/** An endpoint that proves itself by an SVID of the very trust domain that it serves can only be believed by a bundle that is there already. */
function firstBundleIsKnown({ stack, spire }: RuleInput): Fault[] {
    return spire.federation.trustDomains.flatMap(({ trustDomain, endpointSpiffeId, bundle }, index) => {
        const served = endpointSpiffeId?.split("/")[2] === trustDomain;
        const key = `spire.federation.trustDomains[${index}].bundle`;
        return served && bundle === undefined
            ? [
                  {
                      key,
                      allowed: `the first bundle of ${trustDomain}, which its endpoint proves itself by: spire-server bundle show -format spiffe prints it there`,
                      fix: setCommand(stack, key, '"$(cat bundle.json)"'),
                  },
              ]
            : [];
    });
}

/** Workloads federate with trust domains that are set up. */
function federationIsKnown({ stack, spire }: RuleInput): Fault[] {
    const known = spire.federation.trustDomains.map(({ trustDomain }) => trustDomain);
    const lists: [string, readonly string[]][] = [
        ["spire.meshIdentity", spire.meshIdentity.federatesWith],
        ...spire.identities.map(({ federatesWith }, index): [string, readonly string[]] => [
            `spire.identities[${index}]`,
            federatesWith,
        ]),
    ];
    return lists.flatMap(([owner, trustDomains]) =>
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
