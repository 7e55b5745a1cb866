#include "capture/warc.h"
#include "worker/worker.h"

struct capture_job {
    struct capture_sink sink;
    struct worker *worker;
};

static struct error *send_record(struct capture_sink *sink, const struct capture_record *record)
{
    struct worker *worker = ((struct capture_job *)(void *)sink)->worker;
    size_t mark = wire_begin(worker->out, WIRE_RECORD);

    capture_write(worker->out, record);
    wire_end(worker->out, mark);
    channel_sent(worker);
    return NULL;
}

void job_capture(struct worker *worker)
{
    struct capture_job job = {.sink.record = send_record, .worker = worker};

    worker->walk = (struct wire_open){.replay = 0};
    job_done(worker, warc_read(worker->regions[0], &job.sink));
}
