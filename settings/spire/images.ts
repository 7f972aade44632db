import { z } from "zod";
import * as p from "../shared/primitives";

const tag = p.imageTag("0.2.12");

const digest = p.digest.optional().describe("Image digest; takes precedence over the tag");

/** Schema of an image of the SPIRE release: its tag is `spire.version`. */
const released = z.strictObject({ digest }).prefault({});

/** Schema of an image with its own release cycle. */
const own = (version: string) =>
    z.strictObject({ tag: tag.default(version).describe("Image tag"), digest }).prefault({});

/** Schema of the images of SPIRE and its helpers. */
export const spireImages = z
    .strictObject({
        registry: p.registry
            .optional()
            .describe(
                "Registry (and path) of mirrored images for air-gapped networks, instead of ghcr.io and registry.k8s.io",
            ),
        pullPolicy: p.pullPolicy,
        pullSecrets: p.pullSecrets.describe("Names of existing Secrets for a private registry, in both namespaces"),
        server: released.describe("spiffe/spire-server"),
        agent: released.describe("spiffe/spire-agent"),
        oidcProvider: released.describe("spiffe/oidc-discovery-provider"),
        controllerManager: own("0.7.0").describe("spiffe/spire-controller-manager"),
        // 0.2.12 is the first release that does not mount the volume again after a kubelet restart.
        csiDriver: own("0.2.12").describe("spiffe/spiffe-csi-driver"),
        csiRegistrar: own("v2.16.0").describe("sig-storage/csi-node-driver-registrar"),
    })
    .prefault({});
