// The 3D viewer of a bake's gallery. scripts/build_viewer.sh bundles it with three.js into viewer.min.js.
//
// It defines one function: att3dViewer(canvas) returns an object with
//   show(bytes: ArrayBuffer): Promise, which shows a GLB and frames it
//   close(): frees everything
import {
    ACESFilmicToneMapping, Box3, PerspectiveCamera, PMREMGenerator, Scene, Sphere, Vector3, WebGLRenderer,
} from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";
import { RoomEnvironment } from "three/addons/environments/RoomEnvironment.js";
import { MeshoptDecoder } from "three/addons/libs/meshopt_decoder.module.js";
import { GLTFLoader } from "three/addons/loaders/GLTFLoader.js";

// Nodes that are not drawn: further levels of detail, and hulls for collisions.
const HIDDEN = /_LOD[1-9]\d*$|^UCX_|-convcolonly$/;
// Degrees that an arrow key turns the object.
const TURN = 15;

window.att3dViewer = (canvas) => {
    const renderer = new WebGLRenderer({ canvas, antialias: true, alpha: true });
    renderer.toneMapping = ACESFilmicToneMapping;
    const scene = new Scene();
    const environment = new PMREMGenerator(renderer);
    scene.environment = environment.fromScene(new RoomEnvironment(), 0.04).texture;
    const camera = new PerspectiveCamera(35, 1, 0.01, 100);
    const controls = new OrbitControls(camera, canvas);
    let shown = null;

    // Draws only when something changed, so that an open viewer needs no processor time.
    const draw = () => {
        const { clientWidth: width, clientHeight: height } = canvas;
        if (width === 0 || height === 0) return;
        renderer.setPixelRatio(window.devicePixelRatio);
        renderer.setSize(width, height, false);
        camera.aspect = width / height;
        camera.updateProjectionMatrix();
        renderer.render(scene, camera);
    };
    controls.addEventListener("change", draw);
    const observer = new ResizeObserver(draw);
    observer.observe(canvas);

    const turn = (event) => {
        const degrees = { ArrowLeft: -TURN, ArrowRight: TURN }[event.key];
        if (degrees === undefined) return;
        camera.position.sub(controls.target).applyAxisAngle(new Vector3(0, 1, 0), (degrees * Math.PI) / 180).add(controls.target);
        controls.update();
        event.preventDefault();
        event.stopPropagation();
    };
    canvas.addEventListener("keydown", turn);

    const clear = () => {
        if (!shown) return;
        scene.remove(shown);
        shown.traverse((node) => {
            node.geometry?.dispose();
            for (const material of [node.material ?? []].flat()) {
                for (const value of Object.values(material)) value?.isTexture && value.dispose();
                material.dispose();
            }
        });
        shown = null;
    };

    return {
        async show(bytes) {
            const loader = new GLTFLoader().setMeshoptDecoder(MeshoptDecoder);
            const { scene: loaded } = await loader.parseAsync(bytes, "");
            clear();
            loaded.traverse((node) => { if (HIDDEN.test(node.name)) node.visible = false; });
            shown = loaded;
            scene.add(shown);
            const box = new Box3();
            shown.traverseVisible((node) => { if (node.isMesh) box.expandByObject(node); });
            const sphere = box.getBoundingSphere(new Sphere());
            const distance = (0.95 * sphere.radius) / Math.sin((camera.fov * Math.PI) / 360);
            camera.near = distance / 100;
            camera.far = distance * 10;
            camera.position.copy(sphere.center).add(new Vector3(0.55, 0.35, 1).normalize().multiplyScalar(distance));
            controls.target.copy(sphere.center);
            controls.update();
            draw();
        },
        close() {
            clear();
            observer.disconnect();
            canvas.removeEventListener("keydown", turn);
            controls.dispose();
            scene.environment.dispose();
            environment.dispose();
            renderer.dispose();
        },
    };
};
