import { listOrNone } from "../shared/compact";
import type { SpireSettings } from "../../settings/schema";

/** Repository of each image below its registry. */
const REPOSITORIES = {
    server: "ghcr.io/spiffe/spire-server",
    agent: "ghcr.io/spiffe/spire-agent",
    oidcProvider: "ghcr.io/spiffe/oidc-discovery-provider",
    controllerManager: "ghcr.io/spiffe/spire-controller-manager",
    csiDriver: "ghcr.io/spiffe/spiffe-csi-driver",
    csiRegistrar: "registry.k8s.io/sig-storage/csi-node-driver-registrar",
} as const;

/** Key of an image in the settings. */
export type ImageName = keyof typeof REPOSITORIES;

/** Settings that determine an image. */
interface ImageArgs {
    readonly settings: Pick<SpireSettings, "images" | "version">;
}

/** Image reference and pull policy of a container. */
export function image({ settings }: ImageArgs, name: ImageName) {
    const { registry, pullPolicy } = settings.images;
    const own = settings.images[name];
    const repository = REPOSITORIES[name];
    const path = repository.slice(repository.indexOf("/") + 1);
    const tag = "tag" in own ? own.tag : settings.version;
    const digest = own.digest === undefined ? "" : `@${own.digest}`;
    return {
        image: `${registry === undefined ? repository : `${registry}/${path}`}:${tag}${digest}`,
        imagePullPolicy: pullPolicy,
    };
}

/** Image pull Secrets for a pod spec. */
export function imagePullSecrets({ settings }: ImageArgs) {
    return listOrNone(settings.images.pullSecrets.map((name) => ({ name })));
}
