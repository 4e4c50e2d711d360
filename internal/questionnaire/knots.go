package questionnaire

// knots numbers the nodes of a graph so that two have the same number if, and
// only if, each can be reached from the other (Tarjan's algorithm, with a stack
// of its own instead of recursion). It takes O(nodes + arrows).
func knots(arrows [][]int) []int {
	const unseen = 0
	var (
		knot    = make([]int, len(arrows))
		order   = make([]int, len(arrows)) // in which nodes were seen, from 1
		low     = make([]int, len(arrows)) // the earliest node that can be reached
		next    = make([]int, len(arrows)) // arrow to follow
		open    []int                      // nodes whose knot is not known yet
		path    []int
		seen, n int
	)
	enter := func(v int) {
		seen++
		order[v], low[v] = seen, seen
		open, path = append(open, v), append(path, v)
	}
	leave := func(v int) {
		path = path[:len(path)-1]
		if len(path) > 0 {
			up := path[len(path)-1]
			low[up] = min(low[up], low[v])
		}
		if low[v] != order[v] {
			return
		}
		n++
		for last := -1; last != v; {
			last = open[len(open)-1]
			open = open[:len(open)-1]
			knot[last] = n
		}
	}
	for root := range arrows {
		if order[root] == unseen {
			enter(root)
		}
		for len(path) > 0 {
			v := path[len(path)-1]
			if next[v] == len(arrows[v]) {
				leave(v)
				continue
			}
			to := arrows[v][next[v]]
			next[v]++
			if order[to] == unseen {
				enter(to)
			} else if knot[to] == 0 {
				low[v] = min(low[v], order[to])
			}
		}
	}
	return knot
}
