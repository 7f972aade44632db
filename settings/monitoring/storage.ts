import { z } from "zod";
import * as p from "../shared/primitives";

/**
 * A choice between a volume of each pod and space on the node's disk.
 * @param of What of monitoring keeps something there, for the volume's text.
 * @param size Default size of the volume.
 * @param emptyDir The other choice.
 */
export function podStorage<T extends z.core.$ZodTypeDiscriminable>(of: string, size: string, emptyDir: T) {
    return z.discriminatedUnion(
        "type",
        [
            z.strictObject({
                type: z.literal("volume").describe(`A PersistentVolumeClaim for each ${of}`),
                size: p.quantity.default(size).describe("Size of the volume; cannot be changed by an update"),
                storageClass: p.dnsName.optional().describe("StorageClass; unset: the cluster's default"),
            }),
            emptyDir,
        ],
        { error: "an object with type volume or emptyDir" },
    );
}
