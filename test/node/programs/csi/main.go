// Command csi stands in for spiffe-csi-driver and csi-node-driver-registrar, whose Go modules cannot be had. It mounts the
// folder of the SPIRE agent's socket, read-only, into every volume, and tells the kubelet that it is there. With the name of the
// registrar it does the latter only; it takes the flags that components/spire gives to the two.
package main

import (
	"context"
	"errors"
	"flag"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	registration "k8s.io/kubelet/pkg/apis/pluginregistration/v1"
)

// version is the release whose behaviour is followed.
const version = "0.2.12-stand-in"

func main() {
	log.Printf("stand-in for spiffe-csi-driver and csi-node-driver-registrar")
	if filepath.Base(os.Args[0]) == "csi-node-driver-registrar" {
		register()
		return
	}
	drive()
}

// listen opens a socket that an earlier container may have left.
func listen(path string) net.Listener {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		log.Fatal(err)
	}
	listener, err := net.Listen("unix", path)
	if err != nil {
		log.Fatal(err)
	}
	return listener
}

func drive() {
	agent := flag.String("workload-api-socket-dir", "", "folder of the agent's socket")
	socket := flag.String("csi-socket-path", "/spiffe-csi/csi.sock", "socket to serve on")
	name := flag.String("plugin-name", "csi.spiffe.io", "name of the driver")
	flag.Parse()
	server := grpc.NewServer()
	driver := &driver{agent: *agent, name: *name, node: os.Getenv("MY_NODE_NAME")}
	csi.RegisterIdentityServer(server, driver)
	csi.RegisterNodeServer(server, driver)
	log.Fatal(server.Serve(listen(*socket)))
}

type driver struct {
	csi.UnimplementedIdentityServer
	csi.UnimplementedNodeServer
	agent, name, node string
}

func (d *driver) GetPluginInfo(context.Context, *csi.GetPluginInfoRequest) (*csi.GetPluginInfoResponse, error) {
	return &csi.GetPluginInfoResponse{Name: d.name, VendorVersion: version}, nil
}

func (d *driver) GetPluginCapabilities(context.Context, *csi.GetPluginCapabilitiesRequest) (*csi.GetPluginCapabilitiesResponse, error) {
	return &csi.GetPluginCapabilitiesResponse{}, nil
}

func (d *driver) Probe(context.Context, *csi.ProbeRequest) (*csi.ProbeResponse, error) {
	return &csi.ProbeResponse{}, nil
}

func (d *driver) NodeGetInfo(context.Context, *csi.NodeGetInfoRequest) (*csi.NodeGetInfoResponse, error) {
	return &csi.NodeGetInfoResponse{NodeId: d.node, MaxVolumesPerNode: 1}, nil
}

func (d *driver) NodeGetCapabilities(context.Context, *csi.NodeGetCapabilitiesRequest) (*csi.NodeGetCapabilitiesResponse, error) {
	return &csi.NodeGetCapabilitiesResponse{}, nil
}

func (d *driver) NodePublishVolume(_ context.Context, request *csi.NodePublishVolumeRequest) (*csi.NodePublishVolumeResponse, error) {
	if request.GetVolumeContext()["csi.storage.k8s.io/ephemeral"] != "true" || !request.GetReadonly() {
		return nil, status.Error(codes.InvalidArgument, "only ephemeral, read-only volumes are supported")
	}
	if err := mount(d.agent, request.GetTargetPath()); err != nil {
		return nil, status.Errorf(codes.Internal, "mount %s: %v", request.GetTargetPath(), err)
	}
	return &csi.NodePublishVolumeResponse{}, nil
}

func (d *driver) NodeUnpublishVolume(_ context.Context, request *csi.NodeUnpublishVolumeRequest) (*csi.NodeUnpublishVolumeResponse, error) {
	if err := unmount(request.GetTargetPath()); err != nil {
		return nil, status.Errorf(codes.Internal, "unmount %s: %v", request.GetTargetPath(), err)
	}
	return &csi.NodeUnpublishVolumeResponse{}, nil
}

func register() {
	address := flag.String("csi-address", "", "socket of the driver")
	endpoint := flag.String("kubelet-registration-path", "", "path of that socket on the node")
	health := flag.String("http-endpoint", "", "address to serve /healthz on")
	flag.Parse()
	connection, err := grpc.NewClient("unix://"+*address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		log.Fatal(err)
	}
	identity := csi.NewIdentityClient(connection)
	var name string
	for {
		info, err := identity.GetPluginInfo(context.Background(), &csi.GetPluginInfoRequest{}, grpc.WaitForReady(true))
		if err == nil {
			name = info.GetName()
			break
		}
		log.Print(err)
		time.Sleep(time.Second)
	}
	http.HandleFunc("/healthz", func(writer http.ResponseWriter, request *http.Request) {
		ctx, cancel := context.WithTimeout(request.Context(), 3*time.Second)
		defer cancel()
		if _, err := identity.Probe(ctx, &csi.ProbeRequest{}); err != nil {
			http.Error(writer, err.Error(), http.StatusInternalServerError)
		}
	})
	go func() { log.Fatal(http.ListenAndServe(*health, nil)) }()
	server := grpc.NewServer()
	registration.RegisterRegistrationServer(server, &registrar{name: name, endpoint: *endpoint})
	log.Fatal(server.Serve(listen("/registration/" + name + "-reg.sock")))
}

type registrar struct {
	registration.UnimplementedRegistrationServer
	name, endpoint string
}

func (r *registrar) GetInfo(context.Context, *registration.InfoRequest) (*registration.PluginInfo, error) {
	return &registration.PluginInfo{
		Type: registration.CSIPlugin, Name: r.name, Endpoint: r.endpoint, SupportedVersions: []string{"1.0.0"},
	}, nil
}

func (r *registrar) NotifyRegistrationStatus(_ context.Context, status *registration.RegistrationStatus) (*registration.RegistrationStatusResponse, error) {
	if !status.GetPluginRegistered() {
		log.Fatalf("the kubelet does not register the driver: %s", status.GetError())
	}
	return &registration.RegistrationStatusResponse{}, nil
}
