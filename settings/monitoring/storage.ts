import { z } from "zod";
import * as p from "../shared/primitives";

/**
 * Schema of a choice between a persistent volume per pod and an `emptyDir` on the node's disk.
 * @param of Name of what stores its data there, for the volume's description.
 * @param size Default size of the volume.
 * @param emptyDir Schema of the `emptyDir` variant.
 */
export function podStorage<T extends z.core.$ZodTypeDiscriminable>(of: string, size: string, emptyDir: T) {
    return z.discriminatedUnion(
        "type",
        [
            z.strictObject({
                type: z.literal("volume").describe(`A PersistentVolumeClaim per ${of}`),
                size: p.bytes.default(size).describe("Size of the volume; cannot be changed by an update"),
                storageClass: p.dnsName.optional().describe("StorageClass; unset: the cluster's default"),
            }),
            emptyDir,
        ],
        { error: "an object with type volume or emptyDir" },
    );
}
