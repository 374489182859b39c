import { hasRoom, noRoom, plus, type PodGroup, type Room, type RoomKind, roomKinds } from "./pods";

/** Nodes that are alike, as far as pods find room on them. */
export interface FitPool {
  readonly name: string;
  /** What each node has for pods, beside what runs on every node. */
  readonly room: Room;
  /** Most nodes in each zone that is there. */
  readonly zoneNodes: readonly number[];
  /** Most nodes of all zones together. */
  readonly maxNodes: number;
}

/** Pods of a group, and how many of them there are. */
export interface Wanted {
  readonly group: PodGroup;
  readonly count: number;
}

/** Pods that find no room. */
export interface Waiting extends Wanted {
  /** What a node with nothing on it lacks for one of them; undefined where nodes have room and there are too few. */
  readonly tooLarge?: RoomKind;
}

/** How pods come to lie on the nodes of a pool. */
export interface Fit {
  readonly pool: FitPool;
  readonly wanted: readonly Wanted[];
  /** What all pods ask for. */
  readonly asked: Room;
  /** Nodes that they take, by zone. */
  readonly nodes: readonly number[];
  readonly waiting: readonly Waiting[];
}

/** A node with what is left of it. */
interface Node {
  left: Room;
  readonly groups: Set<PodGroup>;
}

interface Zone {
  readonly most: number;
  readonly nodes: Node[];
}

/**
 * Lays pods onto the nodes of a pool: the largest first, each into the zone that has fewest of its group, and there onto the
 * first node that has room (first fit decreasing). It takes a node more only where none has room, as an autoscaler does. The order
 * of a scheduler is another one: it may take a node more where pods are large, and the nodes that are left over are the room for
 * that. Where not all find room, those wait that matter least: the others take their places.
 */
export function fit(pool: FitPool, wanted: readonly Wanted[]): Fit {
  const bySize = (one: Wanted, other: Wanted) =>
    shareOf(other.group.each, pool.room) - shareOf(one.group.each, pool.room);
  const byRank = ({ group: { rank = 0 } }: Wanted, other: Wanted) => rank - (other.group.rank ?? 0);
  const largestFirst = [...wanted].sort(bySize);
  const all = fitInOrder(pool, largestFirst);
  return all.waiting.length === 0 ? all : fitInOrder(pool, largestFirst.sort(byRank));
}

function fitInOrder(pool: FitPool, wanted: readonly Wanted[]): Fit {
  const zones: readonly Zone[] = pool.zoneNodes.map((most) => ({ most, nodes: [] }));
  const waiting = wanted.flatMap(({ group, count }) => {
    const left = placeAll(group, count, pool, zones);
    return left === 0 ? [] : [{ group, count: left, ...tooLargeFor(pool, group) }];
  });
  return { pool, wanted, asked: askOf(wanted), nodes: zones.map(({ nodes }) => nodes.length), waiting };
}

/** What all of them ask for. */
export function askOf(wanted: readonly Wanted[]): Room {
  return wanted.reduce((sum, { group, count }) => plus(sum, group.each, count), noRoom);
}

/** Part of a node that a pod takes of what it takes most of. */
function shareOf(ask: Room, room: Room): number {
  return Math.max(...roomKinds.map((kind) => (ask[kind] === 0 ? 0 : ask[kind] / room[kind])));
}

/** Places the pods of a group, and says how many are left. */
function placeAll(group: PodGroup, count: number, pool: FitPool, zones: readonly Zone[]): number {
  const placed = zones.map(() => 0);
  for (let pod = 0; pod < count; pod += 1) {
    const place = fewestFirst(placed, zones).find(
      (zone) => mayTake(group, placed, zone, zones) && placeOne(group, pool, zones, zone),
    );
    if (place === undefined) return count - pod;
    placed[place] = (placed[place] ?? 0) + 1;
  }
  return 0;
}

/** Places of zones, those with fewest of the group before the others, and of these those with fewest nodes. */
function fewestFirst(placed: readonly number[], zones: readonly Zone[]): readonly number[] {
  const rank = (zone: number) => 1000 * (placed[zone] ?? 0) + (zones[zone]?.nodes.length ?? 0);
  return placed.map((_, zone) => zone).sort((one, other) => rank(one) - rank(other));
}

/** A spread that is a condition lets a zone have one more than another that may have nodes. */
function mayTake(
  { zones: spread = "preferred" }: PodGroup,
  placed: readonly number[],
  zone: number,
  zones: readonly Zone[],
): boolean {
  if (spread === "preferred") return true;
  const fewest = Math.min(...placed.filter((_, other) => (zones[other]?.most ?? 0) > 0));
  return (placed[zone] ?? 0) <= fewest;
}

function placeOne(group: PodGroup, pool: FitPool, zones: readonly Zone[], at: number): boolean {
  const zone = zones[at];
  if (zone === undefined) return false;
  const node =
    zone.nodes.find(
      ({ left, groups }) => hasRoom(left, group.each) && !(apart(group) && groups.has(group)),
    ) ?? oneMore(group, pool, zones, zone);
  if (node === undefined) return false;
  node.left = plus(node.left, group.each, -1);
  node.groups.add(group);
  return true;
}

function apart({ apart: isApart = false }: PodGroup): boolean {
  return isApart;
}

function oneMore(group: PodGroup, pool: FitPool, zones: readonly Zone[], zone: Zone): Node | undefined {
  const all = zones.reduce((sum, { nodes }) => sum + nodes.length, 0);
  if (all >= pool.maxNodes || zone.nodes.length >= zone.most) return undefined;
  if (!hasRoom(pool.room, group.each)) return undefined;
  const node: Node = { left: pool.room, groups: new Set() };
  zone.nodes.push(node);
  return node;
}

function tooLargeFor(pool: FitPool, { each }: PodGroup): Pick<Waiting, "tooLarge"> {
  const tooLarge = roomKinds.find((kind) => each[kind] > pool.room[kind]);
  return tooLarge === undefined ? {} : { tooLarge };
}
