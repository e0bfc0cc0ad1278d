package singletabletest

// Time to live is kept and described, and ExpireItems goes by it. Nothing expires by itself: in the service items outlive
// their time by up to days too, so whoever reads has to filter.

type timeToLiveInput struct {
	TableName               *string
	TimeToLiveSpecification *timeToLiveSpecification
}

type timeToLiveSpecification struct {
	AttributeName *string
	Enabled       *bool
}

type timeToLiveOutput struct {
	TimeToLiveSpecification *timeToLiveSpecification `json:",omitempty"`
	TimeToLiveDescription   *timeToLiveDescription   `json:",omitempty"`
}

type timeToLiveDescription struct {
	TimeToLiveStatus string
	AttributeName    string `json:",omitempty"`
}

func (e *Engine) updateTimeToLive(in *timeToLiveInput) (*timeToLiveOutput, error) {
	t, err := e.table(in.TableName)
	if err != nil {
		return nil, err
	}
	s := in.TimeToLiveSpecification
	switch {
	case s == nil:
		return nil, validation("TimeToLiveSpecification cannot be null")
	case s.AttributeName == nil || s.Enabled == nil:
		return nil, validation("AttributeName cannot be null when time to live is being enabled")
	case *s.AttributeName == "" || len(*s.AttributeName) > nameLength:
		return nil, validation("Names of key attributes and attributes projected into an index must be between 1 and 255 characters, inclusive")
	case !*s.Enabled && t.ttl == "":
		return nil, validation("TimeToLive is already disabled")
	case t.ttl != "" && t.ttl != *s.AttributeName:
		return nil, validation("TimeToLive is active on a different AttributeName")
	case *s.Enabled && t.ttl != "":
		return nil, validation("TimeToLive is already enabled")
	}
	t.ttl = ""
	if *s.Enabled {
		t.ttl = *s.AttributeName
	}
	return &timeToLiveOutput{TimeToLiveSpecification: s}, nil
}

func (e *Engine) describeTimeToLive(in *tableInput) (*timeToLiveOutput, error) {
	t, err := e.table(in.TableName)
	if err != nil {
		return nil, err
	}
	d := &timeToLiveDescription{TimeToLiveStatus: "DISABLED"}
	if t.ttl != "" {
		d.TimeToLiveStatus, d.AttributeName = "ENABLED", t.ttl
	}
	return &timeToLiveOutput{TimeToLiveDescription: d}, nil
}
