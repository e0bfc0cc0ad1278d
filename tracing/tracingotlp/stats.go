package tracingotlp

// Stats is what became of the spans that were sampled and ended. Those that are not in it are queued.
type Stats struct {
	// Exported spans were taken by the destination. Over UDP that means sent: nothing says that they arrived.
	Exported uint64
	// Dropped spans did not fit into the queue, or were still in it at Shutdown.
	Dropped uint64
	// TooLarge spans are larger than a request or a datagram may be.
	TooLarge uint64
	// Rejected spans were refused by the destination in a way that another attempt does not change.
	Rejected uint64
}

func (s *Stats) add(t Stats) {
	s.Exported += t.Exported
	s.Dropped += t.Dropped
	s.TooLarge += t.TooLarge
	s.Rejected += t.Rejected
}

func (s *Stats) lost() uint64 { return s.Dropped + s.TooLarge + s.Rejected }
