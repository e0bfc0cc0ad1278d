package sqsinproduction_test

import (
	"fmt"
	"time"

	"github.com/lambdapatterns/lambdapatterns/examples/guides/sqsinproduction"
)

// What a dependency's outage may last before messages end in the dead-letter queue.
func ExamplePatience() {
	fmt.Println("receives  without   with back-off")
	for _, receives := range []int{3, 5, 10, 12} {
		without, _ := sqsinproduction.Patience(receives, 3*time.Minute, 0, 0)
		mean, longest := sqsinproduction.Patience(receives, 3*time.Minute, 30*time.Second, 15*time.Minute)
		fmt.Printf("%8d  %-8v  %v on the mean, %v at the longest\n", receives, without, mean, longest)
	}
	// Output:
	// receives  without   with back-off
	//        3  9m0s      1m45s on the mean, 3m30s at the longest
	//        5  15m0s     7m45s on the mean, 15m30s at the longest
	//       10  30m0s     45m15s on the mean, 1h30m30s at the longest
	//       12  36m0s     1h0m15s on the mean, 2h0m30s at the longest
}
