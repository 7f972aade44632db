import type { types } from "@pulumi/kubernetes";
import type { SpireArgs } from "./args";
import { SERVER } from "./names";
import { SERVER_PATHS } from "./paths";
import { keyIdentifierFile } from "./serverPlugins";

type Volume = types.input.core.v1.Volume;
type Mount = types.input.core.v1.VolumeMount;

/** Name of the volume with keys and SQLite database, and of its claim template. */
const DATA = "data";

/** A mount with its volume; the volume is `undefined` for the data claim, which the StatefulSet creates. */
interface Mounted {
    readonly volume?: Volume;
    readonly mount: Mount;
}

/**
 * Whether the server needs persistent storage: for a SQLite database, keys, or the file that identifies its keys in a
 * KMS.
 */
export function keepsData({ settings: { server } }: Pick<SpireArgs, "settings">): boolean {
    const { datastore, keyManager } = server;
    return datastore.type === "sqlite" || keyManager.type === "disk" || keyIdentifierFile(keyManager) !== undefined;
}

/** Volume claim template of the servers; empty when nothing is persisted. */
export function dataClaims(args: Pick<SpireArgs, "settings">): types.input.core.v1.PersistentVolumeClaim[] {
    const { size, storageClass } = args.settings.server.storage;
    return keepsData(args)
        ? [
              {
                  metadata: { name: DATA },
                  spec: {
                      accessModes: ["ReadWriteOnce"],
                      storageClassName: storageClass,
                      resources: { requests: { storage: size } },
                  },
              },
          ]
        : [];
}

/** Mount of a Secret's keys as files, readable only by the server's group. */
function secretVolume(name: string, secretName: string, mountPath: string, keys?: readonly string[]): Mounted {
    return {
        volume: {
            name,
            secret: {
                secretName,
                defaultMode: 0o440,
                ...(keys === undefined ? {} : { items: keys.map((key) => ({ key, path: key })) }),
            },
        },
        mount: { name, mountPath, readOnly: true },
    };
}

function mounted(args: SpireArgs): Mounted[] {
    const { server, federation } = args.settings;
    const { upstreamAuthority, datastore } = server;
    const certificates =
        datastore.type === "sqlite"
            ? []
            : [datastore.secret.caKey, datastore.secret.clientCertKey, datastore.secret.clientKeyKey].filter(
                  (key) => key !== undefined,
              );
    return [
        {
            volume: { name: "config", configMap: { name: SERVER } },
            mount: { name: "config", mountPath: SERVER_PATHS.config, readOnly: true },
        },
        {
            ...(keepsData(args) ? {} : { volume: { name: DATA, emptyDir: { sizeLimit: "64Mi" } } }),
            mount: { name: DATA, mountPath: SERVER_PATHS.data },
        },
        {
            volume: { name: "server-socket", emptyDir: { sizeLimit: "1Mi" } },
            mount: { name: "server-socket", mountPath: SERVER_PATHS.socketDirectory },
        },
        { volume: { name: "tmp", emptyDir: { sizeLimit: "64Mi" } }, mount: { name: "tmp", mountPath: "/tmp" } },
        ...(upstreamAuthority.type === "disk"
            ? [secretVolume("upstream-ca", upstreamAuthority.secretName, SERVER_PATHS.upstream)]
            : []),
        ...(datastore.type !== "sqlite" && certificates.length > 0
            ? [secretVolume("datastore", datastore.secret.name, SERVER_PATHS.datastore, certificates)]
            : []),
        ...(federation.enabled && federation.profile.type === "https_web"
            ? [secretVolume("bundle-endpoint", federation.profile.secretName, SERVER_PATHS.federation)]
            : []),
    ];
}

/** Volumes of the server's pod, without the data claim. */
export function serverVolumes(args: SpireArgs): Volume[] {
    return mounted(args).flatMap(({ volume }) => volume ?? []);
}

/** Mounts of the server's container. */
export function serverMounts(args: SpireArgs): Mount[] {
    return mounted(args).map(({ mount }) => mount);
}

/** Read-only mounts of the controller manager: its configuration and the server's socket. */
export const MANAGER_MOUNTS: Mount[] = [
    { name: "config", mountPath: SERVER_PATHS.config, readOnly: true },
    { name: "server-socket", mountPath: SERVER_PATHS.socketDirectory, readOnly: true },
];
