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

/** Name of one of the images. */
export type ImageName = keyof typeof REPOSITORIES;

/** What an image depends on. */
interface ImageArgs {
    readonly settings: Pick<SpireSettings, "images" | "version">;
}

/** Image, pull policy and with it all of a container that the registry decides. */
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

/** Secrets of a private registry, for a pod spec. */
export function imagePullSecrets({ settings }: ImageArgs) {
    return listOrNone(settings.images.pullSecrets.map((name) => ({ name })));
}
