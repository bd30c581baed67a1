/** Comparing emoji: with another person, or between a person's own devices (SAS, Matrix spec 11.12.2.2). */

import {
  VerificationMethod,
  VerificationRequestPhase,
  type OutgoingVerificationRequest,
  type OwnUserIdentity,
  type Sas,
  type VerificationRequest,
} from "@matrix-org/matrix-sdk-crypto-wasm";
import { user } from "./engine";
import { bare } from "./ids";
import type { Station } from "./station";
import type { VerificationView } from "./types";

type Carried = { id: string; type: number; body: string; event_type: string; txn_id: string };

const METHODS = (): VerificationMethod[] => [VerificationMethod.SasV1];

/** One comparison; asking a person asks all their devices, and the first that answers goes on. */
interface Flow {
  id: string;
  person: string;
  incoming: boolean;
  requests: VerificationRequest[];
  accepted: boolean;
  mismatch: boolean;
  confirmed: boolean;
}

export class Verifying {
  private flows: Flow[] = [];
  /** Hears of every change. */
  onChange: () => void = () => {};
  /** Hears that a comparison ended well. */
  onDone: (person: string) => Promise<void> = async () => {};

  constructor(
    private readonly station: Station,
    private readonly nameOf: (userId: string) => string,
  ) {}

  /** Asks another person (every confirmed device of theirs). */
  async ask(person: string): Promise<void> {
    const { engine } = this.station;
    await engine.follow([person]);
    const requests: VerificationRequest[] = [];
    for (const one of (await engine.machine.getUserDevices(user(person))).devices()) {
      if (!one.isCrossSignedByOwner() || one.isDehydrated) continue;
      const [request, outgoing] = one.requestVerification(METHODS());
      await engine.carry(outgoing as unknown as Carried);
      requests.push(request);
    }
    if (requests.length === 0) throw new Error("no_device");
    this.add({ person, incoming: false, requests, accepted: true });
  }

  /** Asks one's own other devices, so that this one becomes part of the identity. */
  async askOwn(): Promise<void> {
    const { engine } = this.station;
    const own = (await engine.machine.getIdentity(user(engine.user))) as OwnUserIdentity;
    const [request, outgoing] = await own.requestVerification(METHODS());
    await engine.carry(outgoing as unknown as Carried);
    this.add({ person: engine.user, incoming: false, requests: [request], accepted: true });
  }

  private add(flow: Pick<Flow, "person" | "incoming" | "requests" | "accepted">): void {
    const made: Flow = { ...flow, id: flow.requests[0]!.flowId, mismatch: false, confirmed: false };
    this.flows = [...this.flows.filter((one) => one.person !== made.person), made];
    for (const request of made.requests) request.registerChangesCallback(async () => this.step(made, request));
    this.onChange();
  }

  /** Takes up what others asked; called after each sync. */
  async lookForRequests(users: string[]): Promise<void> {
    for (const person of users) {
      for (const request of this.station.engine.machine.getVerificationRequests(user(person))) {
        const known = this.flows.some((flow) => flow.requests.some((one) => one.flowId === request.flowId));
        if (known || request.weStarted() || request.phase() !== VerificationRequestPhase.Requested) continue;
        if (request.isCancelled() || request.timedOut() || request.isPassive()) continue;
        this.add({ person, incoming: true, requests: [request], accepted: false });
      }
    }
  }

  /** Goes on by itself where nobody has to decide: the asker starts, both accept the start. */
  private async step(flow: Flow, request: VerificationRequest): Promise<void> {
    const { engine } = this.station;
    const phase = request.phase();
    if (phase === VerificationRequestPhase.Ready && !flow.incoming && flow.requests.length > 1) {
      for (const other of flow.requests) if (other.flowId !== request.flowId) await this.send(other.cancel());
      flow.requests = [request];
    }
    if (phase === VerificationRequestPhase.Ready && !flow.incoming) {
      const started = await request.startSas();
      if (started) {
        this.watch(flow, started[0]);
        await engine.carry(started[1] as unknown as Carried);
      }
    }
    if (phase === VerificationRequestPhase.Transitioned) {
      const sas = request.getVerification() as Sas | undefined;
      if (sas && !sas.weStarted()) {
        this.watch(flow, sas);
        await this.send(sas.accept());
      }
    }
    this.onChange();
  }

  private watch(flow: Flow, sas: Sas): void {
    sas.registerChangesCallback(async () => {
      if (sas.isDone()) await this.onDone(flow.person);
      this.onChange();
    });
  }

  async accept(id: string): Promise<void> {
    const flow = this.find(id);
    flow.accepted = true;
    await this.send(flow.requests[0]!.acceptWithMethods(METHODS()));
    this.onChange();
  }

  async compare(id: string, same: boolean): Promise<void> {
    const flow = this.find(id);
    const sas = this.sasOf(flow);
    if (!sas) return;
    if (!same) {
      flow.mismatch = true;
      await this.send(sas.cancelWithCode("m.mismatched_sas"));
    } else {
      flow.confirmed = true;
      for (const outgoing of await sas.confirm()) await this.station.engine.carry(outgoing as unknown as Carried);
      await this.station.engine.flush();
      if (sas.isDone()) await this.onDone(flow.person);
    }
    this.onChange();
  }

  async cancel(id: string): Promise<void> {
    const flow = this.flows.find((one) => one.id === id);
    if (!flow) return;
    for (const request of flow.requests) await this.send(request.cancel());
    this.flows = this.flows.filter((one) => one !== flow);
    this.onChange();
  }

  views(): VerificationView[] {
    return this.flows.map((flow) => ({
      id: flow.id,
      person: bare(flow.person),
      name: this.nameOf(flow.person),
      ownDevice: flow.person === this.station.user,
      incoming: flow.incoming,
      state: this.stateOf(flow),
      emoji: (this.sasOf(flow)?.emoji() ?? []).map(({ symbol, description }) => ({ symbol, word: description })),
    }));
  }

  private stateOf(flow: Flow): VerificationView["state"] {
    const sas = this.sasOf(flow);
    const request = flow.requests[0]!;
    const cancelled = sas?.cancelInfo() ?? request.cancelInfo;
    if (flow.mismatch || cancelled?.cancelCode() === "m.mismatched_sas" || cancelled?.cancelCode() === "m.key_mismatch") return "mismatch";
    if (sas?.isDone() || request.isDone()) return "done";
    if (request.timedOut() || sas?.timedOut()) return "timed_out";
    if (flow.requests.every((one) => one.isCancelled()) || sas?.isCancelled()) return "cancelled";
    if (flow.confirmed) return "confirming";
    if (sas?.canBePresented()) return "comparing";
    return flow.incoming && !flow.accepted ? "asked" : "waiting";
  }

  private sasOf(flow: Flow): Sas | undefined {
    for (const request of flow.requests) {
      const found = request.getVerification() ?? this.station.engine.machine.getVerification(user(flow.person), request.flowId);
      if (found && "emoji" in found) return found;
    }
    return undefined;
  }

  private find(id: string): Flow {
    const flow = this.flows.find((one) => one.id === id);
    if (!flow) throw new Error("not_found");
    return flow;
  }

  private async send(outgoing: OutgoingVerificationRequest | undefined): Promise<void> {
    if (outgoing) await this.station.engine.carry(outgoing as unknown as Carried);
  }
}

