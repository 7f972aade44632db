import { checkCluster, clusterProvider } from "./cluster";
import { MeshApp } from "./components/mesh";
import { stackOutputs } from "./outputs";
import { loadSettings } from "./settings";

/** One stack of the platform: settings, the cluster, the components, the outputs. */
export = async () => {
    const settings = loadSettings();
    await checkCluster(settings.cluster);
    const providers = [clusterProvider(settings.cluster)];

    const mesh = new MeshApp(
        "mesh",
        { environment: settings.environment, settings: settings.mesh, spire: settings.spire },
        { providers },
    );

    return stackOutputs(settings, mesh);
};
