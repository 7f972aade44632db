import { parse } from "semver";
import type { ResolvedSpireSettings } from "../../settings";
import { claimRefusal, type ClaimTemplate } from "./claims";
import { shellCommand, shellWord } from "../../shell";
import { type LiveSecrets, type NeededSecret, secretRefusals } from "../secrets";

/** Running version in the cluster, for an update of SPIRE; parts are `undefined` when they are not there. */
export interface LiveSpire {
    /** Environment of the stack that the servers belong to, e.g. `production`. */
    readonly environment?: string;
    /** Release of the servers. */
    readonly serverVersion?: string;
    /** Release of the agents. */
    readonly agentVersion?: string;
    /** Trust domain of the servers. */
    readonly trustDomain?: string;
    /** Oldest minor version of Kubernetes among API server and kubelets, e.g. 33. */
    readonly kubernetesMinor?: number;
    /** Claim template of the servers; `null` where they have none. */
    readonly claim?: ClaimTemplate | null;
    /** Secrets in the server's namespace. */
    readonly secrets: LiveSecrets;
}

/** Secrets that the settings name. */
export function neededSecrets({ server, federation, oidcProvider }: ResolvedSpireSettings): NeededSecret[] {
    const { datastore, upstreamAuthority } = server;
    const present = (...keys: (string | undefined)[]) => keys.filter((key) => key !== undefined);
    const tls = ["tls.crt", "tls.key"];
    return [
        ...(datastore.type === "sqlite"
            ? []
            : [
                  {
                      setting: "spire.server.datastore.secret.name",
                      name: datastore.secret.name,
                      keys: present(
                          datastore.secret.passwordKey,
                          datastore.secret.caKey,
                          datastore.secret.clientCertKey,
                          datastore.secret.clientKeyKey,
                      ),
                  },
              ]),
        ...(upstreamAuthority.type === "disk"
            ? [
                  {
                      setting: "spire.server.upstreamAuthority.secretName",
                      name: upstreamAuthority.secretName,
                      keys: present(upstreamAuthority.certKey, upstreamAuthority.keyKey, upstreamAuthority.bundleKey),
                  },
              ]
            : []),
        ...server.env.map(({ secretName, key }, index) => ({
            setting: `spire.server.env[${index}].secretName`,
            name: secretName,
            keys: [key],
        })),
        ...(federation.enabled && federation.profile.type === "https_web"
            ? [{ setting: "spire.federation.profile.secretName", name: federation.profile.secretName, keys: tls }]
            : []),
        ...(oidcProvider.enabled && oidcProvider.tlsSecretName !== undefined
            ? [{ setting: "spire.oidcProvider.tlsSecretName", name: oidcProvider.tlsSecretName, keys: tls }]
            : []),
    ];
}

/** The stack that an update is of. */
export interface UpdatedStack {
    /** Its environment, e.g. `production`. */
    readonly environment: string;
    /** How commands call kubectl on its cluster. */
    readonly command: string;
}

/** Why an update must not be made, each reason with the fix; empty when it may. */
export function refusals(
    settings: ResolvedSpireSettings,
    live: LiveSpire,
    { environment, command }: UpdatedStack,
): string[] {
    if (live.environment !== undefined && live.environment !== environment) {
        return [
            `SPIRE in this cluster belongs to the stack of ${live.environment}: a cluster holds one.\n` +
                "    Use that one:  pulumi config set --path spire.enabled false, and name the mesh in its spire.identities\n" +
                "    Or another:    pulumi config set --path cluster.context <name>",
        ];
    }
    return [
        ...trustDomainRefusal(settings, live, command),
        ...claimRefusal(settings, live.claim, command),
        ...versionRefusal("servers", settings.version, live.serverVersion),
        ...versionRefusal("agents", settings.version, live.agentVersion),
        ...(settings.checkSecrets
            ? secretRefusals(live.secrets, {
                  namespace: settings.serverNamespace,
                  needed: neededSecrets(settings),
                  command,
              })
            : []),
    ];
}

function trustDomainRefusal(
    { trustDomain, serverNamespace }: ResolvedSpireSettings,
    live: LiveSpire,
    command: string,
): string[] {
    return live.trustDomain === undefined || live.trustDomain === trustDomain
        ? []
        : [
              `spire.trustDomain is ${trustDomain}, but the running servers belong to ${live.trustDomain}.\n` +
                  "    A change destroys every identity: the CA, all SVIDs, all entries and agents in the datastore, and\n" +
                  "    the trust of every federated domain; no pod has an identity until all have restarted.\n" +
                  `    Keep it:       ${shellCommand("pulumi", "config", "set", "--path", "spire.trustDomain", live.trustDomain)}\n` +
                  "    Or start over: pulumi destroy, empty the datastore, then pulumi up\n" +
                  `                   (${command} --namespace ${shellWord(serverNamespace)} get pvc lists the volumes that are left)`,
          ];
}

function versionRefusal(who: "servers" | "agents", wanted: string, live: string | undefined): string[] {
    const [from, to] = [parse(live), parse(wanted)];
    if (live === undefined || from === null || to === null) {
        return [];
    }
    const command = "pulumi config set --path spire.version";
    const set = (version: string) => `${command} ${shellWord(version)}`;
    if (from.major !== to.major || to.minor > from.minor + 1) {
        const next = from.major === to.major ? `${from.major}.${from.minor + 1}.<patch>` : `${to.major}.0.<patch>`;
        return [
            `spire.version is ${wanted}, but the ${who} run ${live}: SPIRE upgrades one minor version at a time,\n` +
                "    or its datastore cannot be migrated.\n" +
                `    Next step:     ${command} ${next}`,
        ];
    }
    if (to.minor < from.minor) {
        return [
            who === "agents"
                ? `spire.version is ${wanted}, but agents run ${live}: agents must never be newer than a server.\n` +
                  `    Keep it:       ${set(live)}`
                : `spire.version is ${wanted}, but the servers run ${live}: their datastore is migrated and cannot be downgraded.\n` +
                  `    Keep it:       ${set(live)}\n` +
                  "    Or downgrade:  restore the datastore's backup, as docs/spire.md shows",
        ];
    }
    return [];
}
