// What to install or start where the set-up can't do it itself.
import { existsSync } from "node:fs";
import { readOsRelease } from "./apt.mjs";
import { standardSocket } from "./endpoint.mjs";

/** How to come by an engine, for this platform. */
export function adviseOnEngine() {
  return `No Docker engine answers.\n${adviceForPlatform()}\nThen run this again.`;
}

function adviceForPlatform() {
  if (process.platform === "darwin") {
    return "Install and start Docker Desktop (brew install --cask docker), OrbStack or Colima (brew install colima docker && colima start).";
  }
  if (process.platform === "win32") return "Install and start Docker Desktop (winget install Docker.DockerDesktop).";
  if (existsSync(standardSocket)) {
    return "One may be there that you may not use: sudo usermod -aG docker $USER, then log in anew. Or it is stopped: sudo systemctl start docker";
  }
  return `Install one: ${installationCommand()}`;
}

function installationCommand() {
  const { ID = "", ID_LIKE = "" } = readOsRelease();
  const family = `${ID} ${ID_LIKE}`;
  const join = "sudo usermod -aG docker $USER && newgrp docker";
  if (/debian|ubuntu/.test(family)) return `sudo apt-get install docker.io && ${join}`;
  if (/fedora|rhel|centos/.test(family))
    return `sudo dnf install moby-engine && sudo systemctl enable --now docker && ${join}`;
  if (/arch/.test(family)) return `sudo pacman -S docker && sudo systemctl enable --now docker && ${join}`;
  if (/suse/.test(family)) return `sudo zypper install docker && sudo systemctl enable --now docker && ${join}`;
  if (/alpine/.test(family)) return "apk add docker && rc-service docker start (as root)";
  return "Docker or Podman, from your system's packages.";
}
