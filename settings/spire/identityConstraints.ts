import { fault, repeated } from "../shared/constraints";
import { type Fault, setCommand } from "../shared/faults";
import { described, shownName } from "../shared/given";
import type { SpireSettings } from "./schema";

/** Input of a constraint. */
interface ConstraintInput {
    readonly stack: string;
    readonly spire: SpireSettings;
}

type Constraint = (input: ConstraintInput) => Fault[];

/** Name of the mesh's ClusterStaticEntry or ClusterSPIFFEID. */
export const MESH_IDENTITY = "x0tta6bl4-mesh";

/** Name of the OIDC provider's ClusterSPIFFEID. */
export const OIDC_IDENTITY = "spire-oidc-provider";

/** Constraints across identities, federation and OIDC; each returns the faults that it finds. */
const CONSTRAINTS: readonly Constraint[] = [
    identitiesDiffer,
    identitiesAreGiven,
    staticNamesAreLiteral,
    trustDomainsDiffer,
    firstBundleIsKnown,
    federationIsKnown,
    oidcIsComplete,
];

/** Faults of settings of identities, federation and OIDC that are individually valid but conflict with each other. */
export function identityFaults(input: ConstraintInput): Fault[] {
    return CONSTRAINTS.flatMap((constraint) => constraint(input));
}

/** Namespaces whose pods receive no identity: those of the cluster and of SPIRE, except for the OIDC provider. */
export function withoutIdentity({
    systemNamespace,
    serverNamespace,
    oidcProvider,
}: Pick<SpireSettings, "systemNamespace" | "serverNamespace" | "oidcProvider">): string[] {
    return ["kube-system", "kube-public", systemNamespace, ...(oidcProvider.enabled ? [] : [serverNamespace])];
}

function identitiesDiffer({ stack, spire }: ConstraintInput): Fault[] {
    const names = spire.identities.map(({ name }) => name);
    return repeated(names, [MESH_IDENTITY, OIDC_IDENTITY]).map((index) =>
        fault(stack, `spire.identities[${index}].name`, names[index], "a name that no other identity has", "NAME"),
    );
}

function identitiesAreGiven({ stack, spire }: ConstraintInput): Fault[] {
    const ignored = withoutIdentity(spire);
    return spire.identities.flatMap(({ namespaces }, index) =>
        namespaces.flatMap((namespace, place) =>
            ignored.includes(namespace)
                ? [
                      fault(
                          stack,
                          `spire.identities[${index}].namespaces[${place}]`,
                          namespace,
                          "a namespace other than kube-system, kube-public and those of SPIRE: the controller manager ignores their pods",
                          "NAMESPACE",
                      ),
                  ]
                : [],
        ),
    );
}

/** A template is rendered with the data of a pod, and a static entry exists before any pod. */
function staticNamesAreLiteral({ stack, spire: { meshIdentity } }: ConstraintInput): Fault[] {
    return meshIdentity.entries === "perPod" || !meshIdentity.dnsNames.some((name) => name.includes("{{"))
        ? []
        : [
              fault(
                  stack,
                  "spire.meshIdentity.entries",
                  meshIdentity.entries,
                  "perPod while spire.meshIdentity.dnsNames has a template ({{ ... }}): a static entry exists before the pods",
                  "perPod",
              ),
          ];
}

/** Trust domains must be distinct from each other and from the stack's own. In object names, `_` becomes `-`. */
function trustDomainsDiffer({ stack, spire }: ConstraintInput): Fault[] {
    const objectName = (trustDomain: string) => trustDomain.replaceAll("_", "-");
    const again = repeated(spire.federation.trustDomains.map(({ trustDomain }) => objectName(trustDomain)));
    return spire.federation.trustDomains.flatMap(({ trustDomain }, index) => {
        const own = trustDomain === spire.trustDomain;
        const key = `spire.federation.trustDomains[${index}].trustDomain`;
        const allowed = own
            ? "different from spire.trustDomain"
            : "a trust domain that is not in the list yet ('_' and '-' count as equal)";
        return own || again.includes(index) ? [fault(stack, key, trustDomain, allowed, "TRUST_DOMAIN")] : [];
    });
}

/**
 * An endpoint that authenticates with an SVID of the trust domain that it serves can only be verified with a bundle
 * that is already known.
 */
function firstBundleIsKnown({ stack, spire }: ConstraintInput): Fault[] {
    return spire.federation.trustDomains.flatMap(({ trustDomain, endpointSpiffeId, bundle }, index) => {
        const served = endpointSpiffeId?.split("/")[2] === trustDomain;
        const key = `spire.federation.trustDomains[${index}].bundle`;
        return served && bundle === undefined
            ? [
                  {
                      key,
                      allowed: `the initial bundle of ${shownName(trustDomain, "the trust domain")}, which verifies its endpoint: spire-server bundle show -format spiffe prints it there`,
                      fix: `${setCommand(stack, key, undefined)} < bundle.json`,
                  },
              ]
            : [];
    });
}

/** Workloads can federate only with configured trust domains. */
function federationIsKnown({ stack, spire }: ConstraintInput): Fault[] {
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
                          `a trust domain of spire.federation.trustDomains (${known.map((name) => shownName(name, "…")).join(", ") || "none"})`,
                          shownName(known[0] ?? "", "TRUST_DOMAIN"),
                      ),
                  ],
        ),
    );
}

function oidcIsComplete({ stack, spire: { oidcProvider, server } }: ConstraintInput): Fault[] {
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
            : [
                  {
                      key: `${key}.domains`,
                      given: described(oidcProvider.domains),
                      allowed: "at least one host name",
                      fix: setCommand(stack, `${key}.domains[0]`, "oidc.example.com"),
                  },
              ]),
        ...(oidcProvider.tlsSecretName !== undefined
            ? []
            : [
                  {
                      key: `${key}.tlsSecretName`,
                      allowed: "the name of a Secret of type kubernetes.io/tls in the server's namespace",
                      fix: setCommand(stack, `${key}.tlsSecretName`, "SECRET"),
                  },
              ]),
    ];
}
