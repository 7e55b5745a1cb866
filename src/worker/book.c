#include "sheet/sheet.h"
#include "worker/worker.h"

struct book_job {
    struct book_sink sink;
    struct worker *worker;
};

static struct error *send_record(struct book_sink *sink, const struct book_record *record)
{
    struct worker *worker = ((struct book_job *)(void *)sink)->worker;
    size_t mark = wire_begin(worker->out, WIRE_RECORD);

    book_write(worker->out, record);
    wire_end(worker->out, mark);
    channel_sent(worker);
    return NULL;
}

void job_book(struct worker *worker)
{
    struct book_job job = {.sink.record = send_record, .worker = worker};

    worker->walk = (struct wire_open){.replay = 0};
    job_done(worker, sheet_read(worker->regions[0], &job.sink));
}
