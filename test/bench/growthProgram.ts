import "../../settings/interpreted";
import { MeshApp } from "../../components/mesh";
import { clusterProvider } from "../../provider";
import { loadSettings } from "../../settings";

/** The program of the growth bench: as many mesh apps as BENCH_APPS says, each in a namespace of its own. */
export = () => {
    const { cluster, environment, mesh, spire } = loadSettings();
    const providers = [clusterProvider(cluster)];
    for (let index = 0; index < Number(process.env.BENCH_APPS); index += 1) {
        new MeshApp(
            `mesh-${index}`,
            {
                environment: { ...environment, name: `${environment.name}-${index}` },
                settings: { ...mesh, namespace: `${mesh.namespace}-${index}` },
                spire,
            },
            { providers },
        );
    }
};
